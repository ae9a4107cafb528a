import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createClient } from '@aiops/contract/client'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserJourney, type PageOptions, withPage } from './browser.ts'
import { smallTargets, violationsOf } from './page-violation.ts'

const phone = { width: 390, height: 844, touch: true }
/** Of one walk; it has the processor rarely to itself. */
const walkMs = 600_000

const inRoot = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

/** Every page, and the tabs that look unlike the others. Things are those of the stand-in. */
const pages = [
  ...['/', '/ask', '/chat', '/incidents', '/incidents/42', '/alerts', '/alerts?tab=noise'],
  ...['/anomalies', '/anomalies/an4', '/detection', '/detection?tab=settings', '/detection?tab=learning'],
  ...['/forecasts', '/slos', '/slos/new', '/slos/slo-0', '/slos/slo-0/edit'],
  ...['/silences', '/silences?tab=maintenance', '/correlation', '/correlation?tab=lessons'],
  ...['/gpu', '/findings', '/findings/kf-000c40', '/cnf', '/cnf?tab=ptp'],
  ...['/clusters', '/clusters/new', '/clusters/c-0', '/clusters/c-0?tab=pods', '/clusters/c-0?tab=nodes'],
  ...['/cost', '/cost?tab=decisions', '/cost?tab=analysis', '/cost?tab=telemetry', '/cost?tab=budgets'],
  ...['/explore?tab=metrics', '/explore?tab=logs', '/explore?tab=traces', '/explore'],
  ...['/topology', '/topology/import', '/sources', '/settings', '/personas', '/tools', '/audit'],
  ...['/reports', '/reports/new', '/reports/report-0', '/knowledge', '/knowledge/new', '/knowledge/doc-0'],
  ...['/deployments', '/deployments?tab=drift', '/deployments?tab=control', '/deployments/d-proposed'],
  ...['/merge-requests', '/merge-requests/infra', '/merge-requests/infra/1'],
]

/** The built page over the stand-in of `web/mock`: what only large fleets, money and forges fill is there, and the same each time. */
function startStandIn(): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [inRoot('web/mock/server.ts'), '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`The stand-in ended with ${code}.`)))
    createInterface(child.stdout).on('line', (line) => {
      const url = /http:\S+/.exec(line)?.[0]
      if (url) resolve({ url, child })
    })
  })
}

test('every address of the web app is one that is opened here', () => {
  const router = readFileSync(inRoot('web/src/router.tsx'), 'utf8')
  const addresses = [...router.matchAll(/path: '([^']+)'/g)].map(([, path = '']) => path)
  const opened = [...pages, '/chat/any'].map((page) => page.replace(/\?.*/, ''))
  const missing = addresses.filter((address) => {
    const form = new RegExp(`^${address.replace(/\$\w+/g, '[^/]+')}$`)
    return !opened.some((page) => form.test(page))
  })
  expect(addresses.length).toBeGreaterThan(40)
  expect(missing).toEqual([])
})

browserJourney('every page with data, for people who do not see or point well', () => {
  let standIn: Awaited<ReturnType<typeof startStandIn>>
  let all: string[]
  beforeAll(async () => {
    standIn = await startStandIn()
    const { items } = await createClient({ url: standIn.url }).listChatSessions({})
    all = [...pages, `/chat/${items[0]?.id}`]
  })
  afterAll(() => {
    standIn?.child.removeAllListeners('exit').kill()
  })

  const open = async (page: Page, path: string): Promise<void> => {
    await page.emulateMedia({ reducedMotion: 'reduce' })
    await page.goto(standIn.url + path)
    await page.getByRole('heading', { level: 1 }).first().waitFor()
    await page.waitForFunction(() => document.querySelector('[aria-label="Loading"]') === null)
  }
  const walk = (
    paths: readonly string[],
    options: PageOptions,
    look: (page: Page) => Promise<string[]>,
  ): Promise<string[]> =>
    withPage(async (page, problems) => {
      const found: string[] = []
      for (const path of paths) {
        await open(page, path)
        const seen = [...(await violationsOf(page)), ...(await look(page))]
        found.push(...seen.map((line) => `${path} ${line}`))
      }
      return [...found, ...problems]
    }, options)

  // Side by side, for a minute in all where nobody else needs the processor; so each theme is walked in one size, and tabs at the desk.
  test.concurrent(
    'is without violations of WCAG 2.2 AA at a desk, in the light theme',
    async () => expect(await walk(all, { width: 1_280 }, async () => [])).toEqual([]),
    walkMs,
  )

  test.concurrent(
    'is without violations on a phone in the dark theme, where all can be tapped and nothing is wider than the screen',
    async () => {
      const main = all.filter((path) => !path.includes('?'))
      const look = async (page: Page): Promise<string[]> => {
        const wide = await page.evaluate(() => document.documentElement.scrollWidth)
        return [...(await smallTargets(page)), ...(wide > phone.width ? [`is ${wide} px wide`] : [])]
      }
      expect(await walk(main, { ...phone, colorScheme: 'dark' }, look)).toEqual([])
    },
    walkMs,
  )
})
