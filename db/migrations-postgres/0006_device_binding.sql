ALTER TABLE "logins" ADD COLUMN "binding_id" text collate "C";--> statement-breakpoint
ALTER TABLE "logins" ADD COLUMN "binding_key" text collate "C";--> statement-breakpoint
ALTER TABLE "logins" ADD COLUMN "bound_at" bigint;--> statement-breakpoint
ALTER TABLE "logins" ADD COLUMN "proved_at" bigint;--> statement-breakpoint
CREATE UNIQUE INDEX "logins_binding" ON "logins" USING btree ("binding_id");