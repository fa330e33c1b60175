export * from '@remix-run/fetch-router/routes'
