export * from '@remix-run/fetch-router'
