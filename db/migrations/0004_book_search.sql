-- Written by hand: drizzle-kit knows neither virtual tables nor triggers.
--
-- The full-text index reads the columns that search.ts fills with folded words, so its tokenizer has
-- only to split at the spaces. Triggers keep it in step, whoever writes to the table.
CREATE VIRTUAL TABLE `book_search` USING fts5(
	`search_title`, `search_author`, `search_genre`, `search_description`,
	content='books', content_rowid='id', tokenize='ascii', prefix='1 2 3'
);
--> statement-breakpoint
-- Every word in the index, with the number of its books.
CREATE VIRTUAL TABLE `book_words` USING fts5vocab(`book_search`, row);
--> statement-breakpoint
INSERT INTO `book_search` (`book_search`) VALUES ('rebuild');
--> statement-breakpoint
CREATE TRIGGER `book_search_insert` AFTER INSERT ON `books` BEGIN
	INSERT INTO `book_search` (`rowid`, `search_title`, `search_author`, `search_genre`, `search_description`)
	VALUES (new.`id`, new.`search_title`, new.`search_author`, new.`search_genre`, new.`search_description`);
END;
--> statement-breakpoint
CREATE TRIGGER `book_search_delete` AFTER DELETE ON `books` BEGIN
	INSERT INTO `book_search` (`book_search`, `rowid`, `search_title`, `search_author`, `search_genre`, `search_description`)
	VALUES ('delete', old.`id`, old.`search_title`, old.`search_author`, old.`search_genre`, old.`search_description`);
END;
--> statement-breakpoint
CREATE TRIGGER `book_search_update`
AFTER UPDATE OF `id`, `search_title`, `search_author`, `search_genre`, `search_description` ON `books` BEGIN
	INSERT INTO `book_search` (`book_search`, `rowid`, `search_title`, `search_author`, `search_genre`, `search_description`)
	VALUES ('delete', old.`id`, old.`search_title`, old.`search_author`, old.`search_genre`, old.`search_description`);
	INSERT INTO `book_search` (`rowid`, `search_title`, `search_author`, `search_genre`, `search_description`)
	VALUES (new.`id`, new.`search_title`, new.`search_author`, new.`search_genre`, new.`search_description`);
END;
