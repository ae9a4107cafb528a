/// <reference types="node" />
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

// Read as a file: the test runner gives every style sheet as an empty text.
const css = readFileSync(new URL('../style.css', import.meta.url), 'utf8')

const tokensOf = (selector: string): Map<string, string> => {
  const block = css.slice(css.indexOf(`${selector} {`))
  return new Map(
    [...block.slice(0, block.indexOf('}')).matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [
      m[1] ?? '',
      m[2] ?? '',
    ]),
  )
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
const contrast = (a: string, b: string): number => {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (light + 0.05) / (dark + 0.05)
}

const surfaces = ['canvas', 'surface', 'raised', 'sunken']
const tones = ['critical', 'high', 'medium', 'low', 'info', 'ok']
const pairs: [text: string, on: string][] = [
  ...['ink', 'ink-soft', 'ink-mute', 'accent'].flatMap((text) =>
    surfaces.map((on): [string, string] => [text, on]),
  ),
  ...tones.flatMap((tone): [string, string][] => [
    [tone, 'surface'],
    [tone, 'canvas'],
    [tone, `${tone}-soft`],
    ['ink', `${tone}-soft`],
    ['ink-soft', `${tone}-soft`],
  ]),
  ['accent-ink', 'accent'],
  ['accent', 'accent-soft'],
]

it.each([':root', '.dark'])('every text pair of %s has the 4.5 : 1 of WCAG AA', (theme) => {
  const tokens = tokensOf(theme)
  const weak = pairs.filter(
    ([text, on]) => contrast(tokens.get(text) ?? '#000000', tokens.get(on) ?? '#000000') < 4.5,
  )
  expect(weak).toEqual([])
})

it.each([':root', '.dark'])('every line of a chart in %s has the 3 : 1 of WCAG for graphics', (theme) => {
  const tokens = tokensOf(theme)
  const weak = Array.from({ length: 8 }, (_, i) => `series-${i + 1}`).filter(
    (name) => contrast(tokens.get(name) ?? '', tokens.get('surface') ?? '') < 3,
  )
  expect(weak).toEqual([])
})
