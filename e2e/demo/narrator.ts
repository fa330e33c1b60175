import { styleText } from 'node:util'
import type { Storage } from '../server.ts'
import type { Scene } from './scene.ts'
import { chapters } from './story.ts'
import type { ChapterKey } from './story.ts'
import { shortName } from './store.ts'
import { judge } from './verdict.ts'
import { storageWords } from './words.ts'

const LINE = 96

/** Tells the story on the terminal, chapter by chapter. */
export function createNarrator(print: (line: string) => void = console.log) {
  function detail(label: string, text: string): void {
    const [first = '', ...rest] = wrap(text, LINE - 10)
    print(`  ${styleText('dim', label.padEnd(8))}${first}`)
    for (const line of rest) print(`          ${line}`)
  }

  return {
    begin(storage: Storage): void {
      print('')
      print(styleText(['bold', 'inverse'], ` ${storageWords[storage].name} `))
      print(`SESSION_STORAGE=${storage}`)
    },

    tell(storage: Storage, key: ChapterKey, scene: Scene): void {
      const index = chapters.findIndex((chapter) => chapter.key === key)
      const { title, text } = chapters[index]!
      print('')
      print(styleText('bold', `${storage} ${index + 1}/${chapters.length}  ${title}`))
      for (const line of wrap(text, LINE - 2)) print(`  ${styleText('dim', line)}`)
      for (const { request, status, location, operations, setCookie } of scene.exchanges) {
        print(`  ${styleText('cyan', request)} ${status}${location ? ` → ${location}` : ''}`)
        for (const operation of operations) detail('', oneLine(operation))
        if (setCookie) detail('', `Set-Cookie, ${setCookie.bytes} bytes: ${setCookie.text}`)
      }
      detail('jar', scene.jar ? `${scene.jar.value} ${meter(scene.jar.bytes)}` : 'empty')
      const { id, data } = scene.session
      detail('session', id === null ? 'none' : `${shortName(id)} ${oneLine(JSON.stringify(data))}`)
      if (scene.store.length === 0) detail('store', storageWords[storage].emptyStore)
      for (const { name, content } of scene.store) detail('store', `${name} ${oneLine(content)}`)
      const verdict = judge(storage, key, scene)
      if (verdict) {
        const text = `${verdict.short} ${verdict.why}`
        print(`  ${styleText(['bold', verdict.good ? 'green' : 'red'], text)}`)
      }
    },
  }
}

function meter(bytes: number): string {
  const full = Math.max(1, Math.round((bytes / 4096) * 20))
  return `${'█'.repeat(full)}${'░'.repeat(20 - full)} ${bytes} of 4096 bytes`
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ')
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    line += line === '' ? word : ` ${word}`
  }
  return [...lines, line]
}
