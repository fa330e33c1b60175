CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`record` text NOT NULL,
	`version` integer NOT NULL,
	`login` text,
	`purge_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sessions_purge_at` ON `sessions` (`purge_at`);--> statement-breakpoint
CREATE INDEX `sessions_login` ON `sessions` (`login`) WHERE "sessions"."login" is not null;--> statement-breakpoint
CREATE TABLE `throttle` (
	`key` text PRIMARY KEY NOT NULL,
	`points` integer NOT NULL,
	`expire` integer
);
--> statement-breakpoint
CREATE INDEX `throttle_expire` ON `throttle` (`expire`);