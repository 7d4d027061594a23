"""What a photographed page becomes: find, rectify, judge, write."""
