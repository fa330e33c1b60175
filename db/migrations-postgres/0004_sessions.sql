CREATE TABLE "sessions" (
	"id" text collate "C" PRIMARY KEY NOT NULL,
	"record" text collate "C" NOT NULL,
	"version" bigint NOT NULL,
	"login" text collate "C",
	"purge_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "throttle" (
	"key" text collate "C" PRIMARY KEY NOT NULL,
	"points" bigint NOT NULL,
	"expire" bigint
);
--> statement-breakpoint
CREATE INDEX "sessions_purge_at" ON "sessions" USING btree ("purge_at");--> statement-breakpoint
CREATE INDEX "sessions_login" ON "sessions" USING btree ("login") WHERE "sessions"."login" is not null;--> statement-breakpoint
CREATE INDEX "throttle_expire" ON "throttle" USING btree ("expire");