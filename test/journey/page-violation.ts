/** What keeps people from a page that is open: by WCAG 2.2, levels A and AA, as far as a program can see it. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults, RunOptions } from 'axe-core'
import type { Page } from 'playwright-core'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const levels = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']
const shownMax = 5

/** By the rules of axe, a line each with what is wrong and where. */
export async function violationsOf(page: Page): Promise<string[]> {
  // Not as a script of the page: its policy would refuse that.
  await page.evaluate(axe)
  const options: RunOptions = { resultTypes: ['violations'], runOnly: { type: 'tag', values: levels } }
  const found = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResults
  return found.violations.flatMap(({ id, help, nodes }) => [
    ...nodes.slice(0, shownMax).map(({ target, html }) => `${id} (${help}): ${target.join(' ')} ${html}`),
    ...(nodes.length > shownMax ? [`${id}: and ${nodes.length - shownMax} more`] : []),
  ])
}

/** Least side of what is tapped, in CSS pixels (WCAG 2.2, 2.5.8); half a pixel is rounding. */
const leastPx = 23.5

/** What is too small to be tapped, a line each. Links within a sentence are excepted, as there. */
export async function smallTargets(page: Page): Promise<string[]> {
  const lines = await page.evaluate((least) => {
    const small: string[] = []
    const targets = document.querySelectorAll<HTMLElement>(
      'button, a[href], input:not([type=hidden]), select, summary, [role=button], [role=checkbox], [role=switch], [role=tab]',
    )
    for (const target of targets) {
      // A label is tapped for its box.
      const box = (target.closest('label') ?? target).getBoundingClientRect()
      const before = getComputedStyle(target, '::before')
      const reach = before.position === 'absolute' ? before : undefined
      const width = Math.max(box.width, Number.parseFloat(reach?.width ?? '0') || 0)
      const height = Math.max(box.height, Number.parseFloat(reach?.height ?? '0') || 0)
      const { display, visibility, opacity } = getComputedStyle(target)
      if (box.width <= 1 || box.height <= 1 || visibility === 'hidden' || opacity === '0') continue
      if (width >= least && height >= least) continue
      const around = [...(target.parentElement?.childNodes ?? [])].filter(({ nodeType }) => nodeType === 3)
      const inSentence = around.some((text) => /[a-z]{2}/i.test(text.textContent ?? ''))
      if (display.startsWith('inline') && inSentence) continue
      const name = target.getAttribute('aria-label') ?? target.textContent?.trim().slice(0, 40)
      small.push(
        `${target.tagName.toLowerCase()} “${name}” is ${Math.round(width)} × ${Math.round(height)} px: ${target.className}`,
      )
    }
    return small
  }, leastPx)
  return [...new Set(lines)]
}
