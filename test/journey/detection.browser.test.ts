import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserJourney, withPage } from './browser.ts'
import { type Server, startServer, temporaryFolder } from './server.ts'

const stepMs = 60_000

browserJourney('anomalies, detection, objectives, forecasts and alerts in a browser', () => {
  const folder = temporaryFolder('detection-page')
  let server: Server
  let sending: NodeJS.Timeout | undefined

  beforeAll(async () => {
    server = await startServer(folder.path)
    await server.client.putDetectionSettings({
      body: {
        revision: 0,
        defaults: {},
        rules: [{ name: 'short queues', match: { metric: 'queue.depth' }, above: 100 }],
      },
    })
    const send = (samples: object[]) =>
      fetch(`${server.url}/api/v1/metrics/write`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(samples) },
      })
    const nowMs = Date.now()
    // Ten hours of a disk that fills, and a queue that is too long from now on.
    await send(
      Array.from({ length: 600 }, (_, i) => ({
        ...{ name: 'disk.used', value: 0.3 + i / 2_000 + (i % 7) / 1_000, labels: { host: 'h1' } },
        timestamp: new Date(nowMs - (600 - i) * stepMs).toISOString(),
      })),
    )
    sending = setInterval(
      () =>
        void send([{ name: 'queue.depth', value: 250, labels: { service: 'cart' } }]).catch(() => undefined),
      1_000,
    )
    await server.client.ingestAlerts({
      body: {
        source: 'monitor',
        alerts: Array.from({ length: 30 }, (_, i) => ({
          ...{ name: `DiskFull${i % 3}`, severity: 'critical', status: 'FIRING' as const, message: 'full' },
          labels: { service: `s${i}`, region: 'eu' },
        })),
      },
    })
  })
  afterAll(async () => {
    clearInterval(sending)
    await server?.stop()
    folder.remove()
  })

  test('a limit that was set makes an anomaly, which is opened, judged by a person, and found by filters', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/anomalies`)
      const row = page.getByRole('link', { name: /queue\.depth/ }).first()
      await row.waitFor({ timeout: 60_000 })
      await row.click()
      await page.getByText('A limit that somebody set.').waitFor()
      await page.getByRole('button', { name: 'Real', exact: true }).click()
      await page.getByText(/Real, says/).waitFor()
      await page.getByRole('button', { name: 'Ended', exact: true }).click()
      await page.getByText('No anomaly fits this filter').waitFor()
      await page.getByRole('button', { name: 'Clear the filter' }).click()
      await row.waitFor()
      expect(problems).toEqual([])
    })
  })

  test('settings are changed as text, and a mistake is said before anything is sent', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/detection`)
      await page.getByText('Series watched').waitFor()
      await page.getByRole('tab', { name: 'Settings' }).click()
      const editor = page.getByLabel('Defaults and rules as JSON')
      await editor.fill('{"defaults": {"sensitivity": 3}}')
      await page.getByRole('button', { name: 'Apply' }).click()
      await page.getByText(/defaults\.sensitivity/).waitFor()
      await editor.fill(
        '{"rules": [{"name": "long queues", "match": {"metric": "queue.depth"}, "above": 1000}]}',
      )
      await page.getByRole('button', { name: 'Apply' }).click()
      await page.getByText('1 of yours').waitFor()
      await page.getByText(/revision 2/).waitFor()
      expect((await server.client.getDetectionSettings({})).rules[0]).toMatchObject({ above: 1_000 })
      expect(problems).toEqual([])
    })
  })

  test('an objective is tried, set, shown and deleted', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/slos`)
      await page.getByText('No objective is set').waitFor()
      await page.getByRole('link', { name: 'New objective' }).click()
      await page.getByLabel('Name', { exact: true }).fill('Short queue')
      await page.getByLabel('What is measured').selectOption('VALUE')
      await page.getByLabel('Query').fill('{__name__="queue.depth"}')
      await page.getByRole('button', { name: 'Set it' }).click()
      await page.getByText('One of the two limits is needed.').waitFor()
      await page.getByLabel('Below', { exact: true }).fill('100')
      await page.getByRole('button', { name: 'Try it' }).click()
      await page.getByText(/good over the last hour/).waitFor()
      await page.getByRole('button', { name: 'Set it' }).click()
      await page.getByRole('heading', { name: 'Short queue' }).waitFor()
      await page.getByText('Minutes in which the value is below 100').waitFor()
      await page.getByRole('button', { name: 'Delete' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
      await page.getByText('No objective is set').waitFor()
      expect(problems).toEqual([])
    })
  })

  test('a series is foretold with its band, and what nobody sends is said', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/forecasts`)
      await page.getByText('What is not known').waitFor()
      const query = encodeURIComponent('{__name__="disk.used"}')
      await page.goto(`${server.url}/forecasts?tab=query&q=${query}&horizon=1h&above=0.9`)
      await page.getByText(/In its own past/).waitFor()
      await page.getByText(/0\.9/).first().waitFor()
      expect(problems).toEqual([])
    })
  })

  test('alerts are counted, and found by words', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/alerts`)
      await page.getByText('30 alerts', { exact: true }).waitFor()
      await page.getByRole('searchbox').first().fill('DiskFull1')
      await page.getByText('10 alerts', { exact: true }).waitFor()
      expect(problems).toEqual([])
    })
  })
})
