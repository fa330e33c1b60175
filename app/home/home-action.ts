import { createAction } from 'remix/fetch-router'
import type { Dependencies } from '../context.ts'
import { routes } from '../routes.ts'
import { cachePages } from '../ui/page-cache.ts'
import type { Frame } from '../ui/page.ts'
import { homePage } from './home-page.ts'

export function createHomeAction(
  { config, page }: Pick<Dependencies, 'config' | 'page'>,
  { home = [] }: Frame,
) {
  const show = cachePages(homePage, config)
  return createAction(routes.home, async (context) => {
    const parts = await Promise.all(home.map((part) => part(context.url)))
    return page(context, (shell) => show({ shell, parts }))
  })
}
