ALTER TABLE `logins` ADD `binding_id` text;--> statement-breakpoint
ALTER TABLE `logins` ADD `binding_key` text;--> statement-breakpoint
ALTER TABLE `logins` ADD `bound_at` integer;--> statement-breakpoint
ALTER TABLE `logins` ADD `proved_at` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `logins_binding` ON `logins` (`binding_id`);