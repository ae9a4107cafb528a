import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserJourney, withPage } from './browser.ts'
import { cheaperElsewhere, openPlacementWorld, type PlacementWorld, signIn } from './placement-world.ts'
import { temporaryFolder } from './server.ts'

/** After this the sender counts as silent; kept short, for it is waited for. */
const staleSeconds = 4

browserJourney('the page of costs on the real program', () => {
  const folder = temporaryFolder('cost-page')
  let world: PlacementWorld
  let telling: NodeJS.Timeout
  const asAnna = (path: string, use: (page: Page) => Promise<void>): Promise<void> =>
    withPage(async (page, problems) => {
      page.setDefaultTimeout(20_000)
      await signIn(page, problems, `${world.server.url}${path}`, 'anna')
      await use(page)
      expect(problems).toEqual([])
    })

  beforeAll(async () => {
    world = await openPlacementWorld(folder.path, {
      placement: { interval: '1s', telemetry: { stale_after: `${staleSeconds}s`, step: '1m', window: '1h' } },
    })
  })
  afterAll(async () => {
    clearInterval(telling)
    await world?.server.stop()
    folder.remove()
  })

  test('a fresh start says what is missing on every tab, and shows no number', async () => {
    await asAnna('/cost', async (page) => {
      await page.getByText('Nobody tells what services cost yet').waitFor()
      for (const [tab, words] of [
        ['Decisions', 'Nothing was decided yet'],
        ['Cost analysis', 'Nothing that ran is known in this time'],
        ['Telemetry', 'No provider was told of yet'],
        ['Budgets', 'There is no budget yet'],
      ] as const) {
        await page.getByRole('tab', { name: tab, exact: true }).click()
        await page.getByText(words).waitFor()
      }
      await page.goto(world.server.url)
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
      await page.getByText('Open incidents').first().waitFor()
      expect(await page.getByText('Spend by the hour').count()).toBe(0)
    })
  })

  test('what a sender tells is spend, a decision and the tile of the overview', async () => {
    // Four steps of history are needed before money is spoken of.
    for (const minutes of [5, 4, 3, 2, 1, 0])
      await world.tell(cheaperElsewhere, new Date(Date.now() - minutes * 60_000))
    telling = setInterval(() => void world.tell(cheaperElsewhere).catch(() => undefined), 1_000)
    await asAnna('/cost', async (page) => {
      const figures = page.getByLabel('Spend and savings')
      await figures.getByText('$1.10/h').waitFor() // 0.90 of storefront at aws and 0.20 of reports at alibaba.
      await page.getByText('alibaba would suit storefront better than aws').first().waitFor()
      await page.goto(world.server.url)
      const tile = page.getByLabel('Cost and changes')
      await tile.getByText('$1.10/h').waitFor()
      await tile.getByRole('link', { name: '1 open decision' }).click()
      await page.waitForURL(/\/cost\?.*tab=decisions/)
      await page.getByText('aws → alibaba').first().waitFor()
    })
  })

  test('where nobody says where a service runs, a person says so, and it is decided', async () => {
    const tell = () => world.tell({ search: { aws: [0.4, 80], alibaba: [0.5, 90] } })
    await tell()
    await asAnna('/cost?tab=telemetry', async (page) => {
      await page.getByRole('button', { name: 'Say where search runs…' }).click()
      const dialog = page.getByRole('dialog', { name: 'Where does search run?' })
      await dialog.getByLabel('Provider').selectOption('aws')
      await dialog.getByRole('button', { name: 'It runs there' }).click()
      await dialog.waitFor({ state: 'detached' })
      await page.getByText('Nobody says where').waitFor({ state: 'detached' })
      const { placements } = await world.as('anna').listProviderTelemetry({ query: { service: ['search'] } })
      expect(placements).toMatchObject([{ service: 'search', provider: 'aws', source: 'API' }])
      // What was told at first may be stale by now, and nothing is decided by that.
      await tell()
      await page.goto(`${world.server.url}/cost?tab=decisions`)
      const row = page.getByRole('row').filter({ hasText: 'search' })
      await row.filter({ hasText: 'stays at aws' }).first().waitFor()
    })
  })

  test('what is imagined is marked so, and kept nowhere', async () => {
    const count = async (): Promise<number> =>
      (await world.as('anna').listDecisions({ query: { service: ['reports'], action: [], state: [] } })).total
    const before = await count()
    await asAnna('/cost?tab=decisions', async (page) => {
      const simulator = page.getByRole('region', { name: 'Price-spike simulator' })
      await simulator.getByRole('button', { name: 'Try' }).click()
      await simulator.getByLabel('Provider').selectOption('alibaba')
      await simulator.getByLabel('Cost, % more').fill('900')
      await simulator.getByRole('button', { name: 'Decide as if' }).click()
      const answer = simulator.getByRole('status')
      await answer.getByText('Hypothetical', { exact: true }).waitFor()
      await answer.getByText(/as if alibaba cost 900 % more/).waitFor()
      await answer.getByRole('button', { name: 'reports', exact: true }).click()
      await page.getByRole('dialog').getByText('Nothing of this was measured').waitFor()
      expect(await page.getByRole('dialog').getByRole('button', { name: 'Propose…' }).count()).toBe(0)
      await page.keyboard.press('Escape')

      const replay = page.getByRole('region', { name: 'Replay' })
      await replay.getByRole('button', { name: 'Try' }).click()
      await replay.getByLabel('Period').selectOption('1h')
      await replay.getByRole('checkbox', { name: 'Other weights' }).click()
      await replay.getByLabel('Cost, %').fill('90')
      await replay.getByRole('button', { name: 'Decide again' }).click()
      for (const course of ['this configuration', 'never move', 'always cheapest', 'hindsight'])
        await replay.getByRole('row').filter({ hasText: course }).waitFor()
      await replay.getByText('Hypothetical', { exact: true }).waitFor()
    })
    expect(await count()).toBe(before)
  })

  test('a budget is set, is there after a reload, and forecasts nothing before there is a day to go by', async () => {
    await asAnna('/cost?tab=budgets', async (page) => {
      await page.getByRole('button', { name: 'New budget' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('storefront')
      await dialog.getByRole('textbox', { name: 'Service' }).fill('storefront')
      await dialog.getByRole('textbox', { name: 'Limit, $ by the month', exact: true }).fill('700')
      await dialog.getByRole('button', { name: 'Create' }).click()
      await dialog.waitFor({ state: 'detached' })
      await page.getByRole('heading', { name: 'storefront' }).waitFor()
      await page.getByText(/\$700/).first().waitFor()
      await page.getByText('not yet', { exact: true }).waitFor()
      await page.reload()
      await page.getByRole('heading', { name: 'storefront' }).waitFor()
    })
  })

  test('once the sender stopped it says since when, and decides nothing by old readings', async () => {
    clearInterval(telling)
    await asAnna('/cost?tab=telemetry', async (page) => {
      const row = page.getByRole('row').filter({ hasText: 'storefront' }).filter({ hasText: 'alibaba' })
      await row.getByText(/no data since \d/).waitFor({ timeout: 30_000 })
      await row.getByText('$0.30/h').waitFor() // What was told last stays, marked.
      await page.goto(`${world.server.url}/cost?tab=decisions`)
      await page
        .getByText(/stays at aws/)
        .first()
        .waitFor()
    })
  })
})
