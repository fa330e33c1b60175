import { html, type SafeHtml } from '@remix-run/html-template'

import { routes } from '../routes.ts'
import { document } from '../ui/document.ts'
import { hero } from '../ui/hero.ts'
import type { HomePart } from '../ui/page.ts'
import type { Shell } from '../ui/shell.ts'
import { shop } from '../ui/shop.ts'

type HomePageProps = {
  shell: Shell
  /** Of the features that have something to show there. */
  parts: readonly HomePart[]
}

export function homePage({ shell, parts }: HomePageProps): SafeHtml {
  return document({
    title: shop.tagline,
    shell,
    listed: {
      path: routes.home.href(),
      description: shop.description,
      data: siteData(shell.url),
    },
    main: html`${parts.length === 0 ? hero({}) : parts.map((part) => part(shell))}`,
  })
}

/** The site and its search, in the words of schema.org. */
function siteData({ origin }: URL): object {
  return {
    '@type': 'WebSite',
    name: shop.name,
    url: origin + routes.home.href(),
    potentialAction: {
      '@type': 'SearchAction',
      target: `${origin}${routes.books.index.href()}?q={words}`,
      'query-input': 'required name=words',
    },
  }
}
