"""What must survive a power cut; knows neither the portal nor the devices."""
