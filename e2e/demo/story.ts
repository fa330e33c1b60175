import type { Browser } from 'playwright'
import type { Shop } from '../server.ts'
import { reader } from '../accounts.ts'
import { books } from '../books.ts'
import type { ChapterKey } from './chapters.ts'
import { enterShop } from './scene.ts'
import type { Observer, Scene } from './scene.ts'
import { playSecondFactor } from './second-factor-story.ts'
import type { ServersChapter } from './servers-chapter.ts'
import { backendOf } from './words.ts'
import type { Backend } from './words.ts'

/** The story as it went on one backend. */
export interface Play {
  backend: Backend
  scenes: Record<ChapterKey, Scene>
  /** What there was to see of several servers, where it was played on several. */
  servers?: ServersPlay
}

export interface ServersPlay {
  /** What they are and share. */
  about: string
  chapters: ServersChapter[]
}

/** Plays the whole story. `onScene` is called after each chapter, with what was seen. */
export async function playStory(
  shop: Shop,
  browser: Browser,
  onScene: (key: ChapterKey, scene: Scene) => void,
): Promise<Play> {
  const scenes: Partial<Record<ChapterKey, Scene>> = {}
  const enter = () => enterShop(shop, browser)
  async function show(key: ChapterKey, observer: Observer): Promise<void> {
    const scene = await observer.takeScene()
    scenes[key] = scene
    onScene(key, scene)
  }

  const { visitor, observer } = await enter()
  await visitor.open('/')
  await visitor.open(`/books/${books.pride.slug}`)
  await show('visit', observer)

  await visitor.addToCart(books.pride)
  await show('cart', observer)

  await visitor.open('/login')
  await visitor.submitLogin({ ...reader, password: 'not the password' })
  await visitor.page.getByRole('alert').waitFor()
  const planted = (await visitor.cookie())!
  await show('wrong', observer)

  await visitor.submitLogin(reader)
  await visitor.expectSignedIn(reader)
  await show('login', observer)

  const attacker = await enter()
  await attacker.visitor.presentCookie(planted, shop.url)
  await attacker.visitor.open('/account')
  await show('planted', attacker.observer)
  await attacker.visitor.context.close()

  await visitor.checkOut()
  await show('order', observer)

  const stolen = (await visitor.cookie())!
  await visitor.logOut()
  await show('logout', observer)
  await visitor.context.close()

  const thief = await enter()
  await thief.visitor.presentCookie(stolen, shop.url)
  await thief.visitor.open('/account')
  await show('stolen', thief.observer)
  await thief.visitor.context.close()

  const regular = await enter()
  await regular.visitor.logIn(reader)
  await regular.visitor.addToCart(books.moonstone)
  await shop.restart()
  await regular.visitor.open('/cart')
  await show('restart', regular.observer)
  await regular.visitor.context.close()

  await playSecondFactor(shop, browser, show)

  return { backend: backendOf(shop), scenes: scenes as Play['scenes'] }
}
