BEGIN TRANSACTION;
CREATE TABLE documents (
	submission INTEGER NOT NULL, 
	ordinal INTEGER NOT NULL, 
	get_type INTEGER NOT NULL, 
	media_type VARCHAR NOT NULL, 
	sealed_sha256 VARCHAR NOT NULL, 
	sealed_size INTEGER NOT NULL, 
	sha256 VARCHAR, 
	size INTEGER, 
	PRIMARY KEY (submission, ordinal), 
	FOREIGN KEY(submission) REFERENCES submissions (n)
);
CREATE TABLE effects (
	n INTEGER NOT NULL, 
	terminal VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	what VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (n), 
	UNIQUE (terminal, id, what)
);
CREATE TABLE evaluations (
	n INTEGER NOT NULL, 
	terminal VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	satisfaction INTEGER NOT NULL, 
	reasons JSON NOT NULL, 
	at VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	ack JSON NOT NULL, 
	PRIMARY KEY (n), 
	UNIQUE (terminal, id), 
	UNIQUE (subject)
);
CREATE TABLE events (
	n INTEGER NOT NULL, 
	submission INTEGER NOT NULL, 
	stage VARCHAR NOT NULL, 
	at VARCHAR NOT NULL, 
	PRIMARY KEY (n), 
	FOREIGN KEY(submission) REFERENCES submissions (n)
);
CREATE TABLE meta (
	name VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "meta" VALUES('schema','1');
CREATE TABLE submissions (
	n INTEGER NOT NULL, 
	terminal VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	body BLOB NOT NULL, 
	receipt_no VARCHAR NOT NULL, 
	received_at VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	case_id VARCHAR NOT NULL, 
	case_seq INTEGER NOT NULL, 
	task_code VARCHAR NOT NULL, 
	collection_no VARCHAR NOT NULL, 
	stage VARCHAR NOT NULL, 
	opened BOOLEAN NOT NULL, 
	project_no VARCHAR, 
	accept_date VARCHAR, 
	promise_date VARCHAR, 
	result JSON, 
	PRIMARY KEY (n), 
	UNIQUE (terminal, id), 
	UNIQUE (terminal, case_id, case_seq), 
	UNIQUE (receipt_no)
);
CREATE TABLE uploads (
	name VARCHAR NOT NULL, 
	terminal VARCHAR NOT NULL, 
	submission VARCHAR NOT NULL, 
	ordinal INTEGER NOT NULL, 
	sha256 VARCHAR NOT NULL, 
	length INTEGER NOT NULL, 
	filetype VARCHAR NOT NULL, 
	expires_at INTEGER NOT NULL, 
	done BOOLEAN NOT NULL, 
	PRIMARY KEY (name), 
	UNIQUE (terminal, submission, ordinal, sha256)
);
INSERT INTO "meta" VALUES('serial','7');
INSERT INTO "submissions" VALUES(1,'SH-000001','a','aa',X'7B7D','Q261121-00000001','2026-11-21T01:02:03.000Z','application','ca',1,'SH-DEMO-S1-01','310115A1B2261121000423','concluded',1,'SHDEMO26112100000002','2026-11-21','2026-11-21','{"result_date": "2026-11-21"}');
INSERT INTO "submissions" VALUES(2,'SH-000001','b','bb',X'7B7D','Q261121-00000003','2026-11-21T01:02:04.000Z','application','cb',1,'SH-DEMO-S4-01','310115A1B2261121000424','accepted',1,'SHDEMO26112100000004','2026-11-21','2026-11-24',NULL);
INSERT INTO "submissions" VALUES(3,'SH-000001','c','cc',X'7B7D','Q261121-00000005','2026-11-21T01:02:05.000Z','application','cc',1,'SH-DEMO-S1-01','310115A1B2261121000425','received',0,NULL,NULL,NULL,NULL);
INSERT INTO "documents" VALUES(1,1,3,'image/jpeg','dd',100,'ee',20);
INSERT INTO "uploads" VALUES('u1','SH-000001','a',1,'dd',100,'image/jpeg',1798000000,1);
INSERT INTO "effects" VALUES(1,'SH-000001','a','received','2026-11-21T01:02:03.000Z');
INSERT INTO "effects" VALUES(2,'SH-000001','b','received','2026-11-21T01:02:04.000Z');
INSERT INTO "effects" VALUES(3,'SH-000001','c','received','2026-11-21T01:02:05.000Z');
INSERT INTO "events" VALUES(1,1,'received','2026-11-21T01:02:03.000Z');
INSERT INTO "events" VALUES(2,1,'concluded','2026-11-21T01:02:04.000Z');
INSERT INTO "evaluations" VALUES(1,'SH-000001','e','ff','ca',5,'[]','2026-11-21T01:02:03Z','KIOSK','{"id": "e"}');
COMMIT;
