import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserJourney, withPage } from './browser.ts'
import { type Server, startServer, temporaryFolder } from './server.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const resource = (service: string) => ({
  attributes: [{ key: 'service.name', value: { stringValue: service } }],
})

/** A call of one service by another that failed, what both said about it, and a counter, as an OpenTelemetry SDK sends them. */
async function send(url: string, nowMs: number): Promise<void> {
  const nano = (ms: number): string => `${BigInt(Math.round(ms * 1_000))}000`
  const span = (id: string, parent: string, name: string, kind: number, from: number, to: number) => ({
    ...{ traceId, spanId: id, parentSpanId: parent, name, kind, status: { code: 2, message: 'no stock' } },
    ...{ startTimeUnixNano: nano(from), endTimeUnixNano: nano(to), attributes: [] },
  })
  const start = nowMs - 20_000
  const line = (text: string, at: number, severityNumber: number) => ({
    ...{ timeUnixNano: nano(at), severityNumber, body: { stringValue: text }, traceId },
    ...{ spanId: '00f067aa0ba902b7', attributes: [] },
  })
  const post = async (path: string, body: unknown): Promise<void> => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(body) })
    expect(answer.status).toBe(200)
  }
  const client = span('00f067aa0ba902b7', '', 'GET /buy', 2, start, start + 120)
  const call = span('00f067aa0ba902b8', '00f067aa0ba902b7', 'reserve', 3, start + 10, start + 110)
  const served = span('00f067aa0ba902b9', '00f067aa0ba902b8', 'POST /reserve', 2, start + 20, start + 100)
  await post('/v1/traces', {
    resourceSpans: [
      { resource: resource('front'), scopeSpans: [{ spans: [client, call] }] },
      { resource: resource('stock'), scopeSpans: [{ spans: [served] }] },
    ],
  })
  const records = [
    ...Array.from({ length: 30 }, (_, i) => line(`step ${i}`, start + i, 9)),
    line('needle: no stock', start + 50.5, 17),
  ]
  await post('/v1/logs', {
    resourceLogs: [{ resource: resource('stock'), scopeLogs: [{ logRecords: records }] }],
  })
  const dataPoints = Array.from({ length: 10 }, (_, i) => ({
    ...{ timeUnixNano: nano(nowMs - (10 - i) * 1_000), asDouble: i, attributes: [] },
    ...(i === 9
      ? {
          exemplars: [
            { timeUnixNano: nano(nowMs - 1_000), asDouble: 9, traceId, spanId: '00f067aa0ba902b7' },
          ],
        }
      : {}),
  }))
  await post('/v1/metrics', {
    resourceMetrics: [
      {
        resource: resource('stock'),
        scopeMetrics: [{ metrics: [{ name: 'items', gauge: { dataPoints } }] }],
      },
    ],
  })
}

browserJourney('the explore page on the real program', () => {
  const folder = temporaryFolder('explore')
  let server: Server
  beforeAll(async () => {
    server = await startServer(folder.path)
    await send(server.url, Date.now())
  })
  afterAll(async () => {
    await server?.stop()
    folder.remove()
  })

  test('a query typed in PromQL becomes a chart, a table and part of the address, and is kept for later', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/explore?tab=metrics`)
      await page.getByRole('textbox', { name: 'PromQL query' }).fill('max_over_time(items[1m])')
      await page.keyboard.press('Control+Enter')
      await page.getByRole('heading', { name: 'Newest values' }).waitFor()
      expect(new URL(page.url()).searchParams.get('q')).toBe('max_over_time(items[1m])')
      await page.reload()
      await page.getByText('1 series').first().waitFor()
      await page.getByRole('button', { name: 'Add query' }).click()
      await page.getByRole('textbox', { name: 'PromQL query' }).last().fill('items * 2')
      await page.keyboard.press('Enter')
      await page.getByText('2 series').first().waitFor()
      expect(new URL(page.url()).searchParams.getAll('and')).toEqual(['items * 2'])
      await page.getByRole('button', { name: 'Remove query B' }).click()
      await page.getByText('1 series').first().waitFor()
      await page.getByRole('button', { name: 'Earlier queries' }).click()
      await page.getByRole('menuitem', { name: 'max_over_time(items[1m])' }).waitFor()
      expect(problems).toEqual([])
    })
  })

  test('an exemplar of a chart leads to its trace', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/explore?tab=metrics&q=items`)
      await page.getByText('1 exemplar').click()
      await page.getByRole('link', { name: /^4bf92f35/ }).click()
      await page.getByRole('heading', { name: 'front GET /buy' }).waitFor()
      expect(problems).toEqual([])
    })
  })

  test('words become LogQL, a line leads to its neighbours, a filter, and its trace', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/explore?tab=logs&contains=needle`)
      await page.getByRole('button', { name: 'Write as LogQL' }).click()
      await expect
        .poll(() => new URL(page.url()).searchParams.get('q'))
        .toBe('{service_name=~".+"} |= "needle"')
      await page.getByText('needle: no stock').first().click()
      await page.getByRole('button', { name: 'Lines around it' }).click()
      await page.getByRole('region', { name: 'Lines around it' }).getByText('step 29').waitFor()
      await page.getByRole('button', { name: 'Only lines with service_name=stock' }).click()
      await expect
        .poll(() => new URL(page.url()).searchParams.get('q'))
        .toBe('{service_name=~".+", service_name="stock"} |= "needle"')
      await page.getByText('needle: no stock').first().waitFor()
      await page.goto(
        `${server.url}/explore?tab=logs&q=${encodeURIComponent('{service_name="stock"} |= "needle"')}`,
      )
      await page.getByText('needle: no stock').first().click()
      await page.getByRole('link', { name: /^Trace 4bf92f35/ }).click()
      await page.getByRole('heading', { name: 'front GET /buy' }).waitFor()
      expect(problems).toEqual([])
    })
  })

  test('a tail shows a line that is sent while it is open', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/explore?tab=logs&q=${encodeURIComponent('{service_name="late"}')}`)
      await page.getByRole('button', { name: 'Live tail' }).click()
      await page.getByText('Live', { exact: true }).last().waitFor()
      const record = {
        timeUnixNano: `${Date.now()}000000`,
        body: { stringValue: 'just now' },
        severityNumber: 9,
      }
      const resourceLogs = [{ resource: resource('late'), scopeLogs: [{ logRecords: [record] }] }]
      await fetch(`${server.url}/v1/logs`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
        body: JSON.stringify({ resourceLogs }),
      })
      await page.getByText('just now').first().waitFor({ timeout: 10_000 })
      expect(problems).toEqual([])
    })
  })

  test('TraceQL finds a trace, which says where its error began and leads to logs and metrics', async () => {
    await withPage(async (page, problems) => {
      await page.goto(
        `${server.url}/explore?tab=traces&q=${encodeURIComponent('{ name = "POST /reserve" }')}`,
      )
      await page.getByText('1 span fit').waitFor()
      await page.getByRole('button', { name: /^stock POST \/reserve/ }).click()
      await page.getByText('Error began in').waitFor()
      await page.getByText('Logs of stock in this trace').click()
      await page.getByText('needle: no stock').first().waitFor()
      expect(new URL(page.url()).searchParams.get('q')).toBe(`{service_name="stock"} | trace_id="${traceId}"`)
      for (const view of ['flame', 'analysis']) {
        await page.goto(`${server.url}/explore?tab=traces&view=${view}&trace=${traceId}`)
        await page
          .getByRole('button', { name: /stock POST \/reserve/ })
          .first()
          .waitFor()
      }
      await page.goto(`${server.url}/explore?tab=traces&view=graph`)
      await page.getByRole('row', { name: /front.*stock/ }).waitFor()
      expect(problems).toEqual([])
    })
  })

  test('what is wrong with a query is said, and what to do', async () => {
    await withPage(async (page) => {
      for (const [tab, query] of [
        ['metrics', 'sum('],
        ['logs', '{service_name'],
        ['traces', '{ status = '],
      ] as const) {
        await page.goto(`${server.url}/explore?tab=${tab}&q=${encodeURIComponent(query)}`)
        await page.getByRole('alert').getByText('Change the query.').waitFor()
      }
    })
  })
})
