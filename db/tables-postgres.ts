// All tables as PostgreSQL has them.

export * from './schema-postgres-books.ts'
export * from './schema-postgres-carts.ts'
export * from './schema-postgres-orders.ts'
export * from './schema-postgres-password-resets.ts'
export * from './schema-postgres-sessions.ts'
export * from './schema-postgres.ts'
