import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pages, referenceFolder, writtenPage } from '../../script/reference.ts'

/** On differences the test says what to do, not a thousand lines. */
const outOfStep = 'is out of step with the code: run "npm run reference"'

describe('the reference', () => {
  test.each(Object.keys(pages))(
    '%s is what the code says',
    async (name) => {
      const text = await pages[name]?.()
      expect(text === writtenPage(name) ? 'in step' : `docs/reference/${name} ${outOfStep}`).toBe('in step')
    },
    60_000,
  )

  test('has no page that nothing makes', () => {
    expect(readdirSync(referenceFolder).filter((name) => !(name in pages))).toEqual([])
  })

  test('has no link that leads nowhere', () => {
    const broken = readdirSync(referenceFolder).flatMap((from) =>
      [...read(from).matchAll(/\]\(([\w.-]+\.md)?(#[\w-]+)?\)/g)]
        .filter(([, file, anchor]) => !isThere(file ?? from, anchor))
        .map(([link]) => `${from}: ${link}`),
    )
    expect(broken).toEqual([])
  })
})

const read = (name: string): string => readFileSync(join(referenceFolder, name), 'utf8')

function isThere(name: string, anchor: string | undefined): boolean {
  if (!(name in pages)) return false
  if (anchor === undefined) return true
  const headings = [...read(name).matchAll(/^#+ (.+)$/gm)].map(([, text]) => text ?? '')
  return headings.some((text) => `#${text.toLowerCase().replaceAll(' ', '-')}` === anchor)
}
