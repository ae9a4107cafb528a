import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { browserJourney, withPage } from './browser.ts'
import { type Server, startServer, temporaryFolder } from './server.ts'

/** Alerts of one incident; more than are shown at once. */
const storm = 1_200

browserJourney('the life of an incident, what people know and set, in a browser', () => {
  const folder = temporaryFolder('incident-life')
  let server: Server

  beforeAll(async () => {
    server = await startServer(folder.path)
    await server.client.putTopology({
      body: {
        entities: [{ id: 'service/cart' }, { id: 'service/store' }, { id: 'service/front' }],
        edges: [
          { source: 'service/front', target: 'service/cart' },
          { source: 'service/cart', target: 'service/store' },
        ],
      },
    })
    const alert = (name: string, service: string, extra: Record<string, string> = {}) => ({
      ...{ name, severity: 'critical', status: 'FIRING' as const, message: `${name} of ${service}` },
      labels: { service, ...extra },
    })
    await server.client.ingestAlerts({
      body: { source: 'monitor', alerts: [alert('StoreDown', 'store'), alert('CartSlow', 'cart')] },
    })
    for (let sent = 0; sent < storm; sent += 600)
      await server.client.ingestAlerts({
        body: {
          source: 'monitor',
          alerts: Array.from({ length: 600 }, (_, i) =>
            alert('PodNotReady', 'cart', { pod: `cart-${sent + i}` }),
          ),
        },
      })
    await vi.waitFor(
      async () =>
        expect((await server.client.listIncidents()).incidents[0]?.alert_count).toBeGreaterThan(storm),
      { timeout: 30_000, interval: 250 },
    )
  })
  afterAll(async () => {
    await server?.stop()
    folder.remove()
  })

  test('it is assigned, its cause confirmed, a link added, and what does not belong is taken out and split off', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/incidents/1`)
      await page.getByRole('button', { name: 'More deeds' }).click()
      await page.getByRole('menuitem', { name: 'Assign…' }).click()
      await page.getByLabel('Person or team').fill('dana')
      await page.getByRole('button', { name: 'Assign', exact: true }).click()
      await page.getByText('Assigned to').first().waitFor()

      await page.getByRole('button', { name: 'More deeds' }).click()
      await page.getByRole('menuitem', { name: 'Confirm the cause…' }).click()
      await page.getByLabel('What it was').fill('The disk of the store was full.')
      await page.getByRole('button', { name: 'Confirm', exact: true }).click()
      await page.getByText('The disk of the store was full.').first().waitFor()

      await page.getByRole('button', { name: 'Add', exact: true }).click()
      await page.getByLabel('Address').fill('https://tickets.example/OPS-1')
      await page.getByRole('dialog').getByRole('button', { name: 'Add', exact: true }).click()
      await page.getByRole('link', { name: 'https://tickets.example/OPS-1' }).waitFor()

      const members = page.getByRole('region', { name: 'What it is made of' })
      await members.getByText(/of 1,?20\d/).waitFor()
      await members.getByRole('searchbox').fill('StoreDown')
      const store = members.getByRole('listitem').filter({ hasText: 'StoreDown' })
      await store.getByRole('button', { name: 'Does not belong' }).click()
      await store.getByRole('button', { name: 'Take it out' }).click()
      await members.getByText('None of them has “StoreDown”.').waitFor()
      await members.getByRole('searchbox').fill('CartSlow')
      await members.getByRole('checkbox', { name: /CartSlow/ }).check()
      await members.getByRole('button', { name: 'Split off…' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Split off' }).click()
      await page.getByText(/It was split off/).waitFor()
      expect(problems).toEqual([])
    })
    const { items } = await server.client.listCorrelationLessons()
    expect(items.length).toBeGreaterThan(0)
  })

  test('what was learned is shown, a rule is tried before it is set, and a mistake in it is said', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/correlation`)
      await page.getByText('No rule is set').waitFor()
      await page.getByRole('button', { name: 'New rule' }).click()
      await page.getByLabel('Name', { exact: true }).fill('Pods are noise')
      await page.getByLabel('Which signals (CEL)').fill('name ==')
      await page.getByRole('button', { name: 'Set', exact: true }).click()
      await page.getByRole('alert').first().waitFor()
      await page.getByLabel('Which signals (CEL)').fill('name == "PodNotReady"')
      await page.getByRole('button', { name: 'Try on the last day' }).click()
      await page.getByText(/it meets/).waitFor()
      await page.getByRole('button', { name: 'Set', exact: true }).click()
      await page.getByText('name == "PodNotReady"').waitFor()
      await page.getByRole('tab', { name: 'Learned from people' }).click()
      await page.getByText('Join later').first().waitFor()
      expect(problems.filter((problem) => !problem.includes('422'))).toEqual([])
    })
  })

  test('maintenance is planned once it was seen what it would hide', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/silences?tab=maintenance`)
      await page.getByText('No maintenance is planned').waitFor()
      await page.getByRole('button', { name: 'New window' }).click()
      await page.getByLabel('Name', { exact: true }).fill('Patch night')
      await page.getByLabel(/Labels, one matcher a line/).fill('service="cart"')
      await page.getByLabel('Repeats').selectOption('WEEKLY')
      await page.getByRole('button', { name: 'What would it hide?' }).click()
      await page.getByText(/Now it would hide/).waitFor()
      await page.getByRole('button', { name: 'Plan', exact: true }).click()
      await page.getByText('every week').waitFor()
      expect(problems).toEqual([])
    })
  })

  test('a document is written, found by its words, and kept in versions', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/knowledge/new`)
      await page.getByLabel('Title').fill('When the disk of the store is full')
      await page
        .getByLabel('Text', { exact: true })
        .fill('## First\n\nRemove old snapshots.\n\n## Then\n\nGrow the volume.')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByRole('heading', { name: 'When the disk of the store is full' }).waitFor()
      await page.goto(`${server.url}/knowledge?q=snapshots`)
      await page.getByText('Remove old').waitFor()
      await page.getByRole('link', { name: 'When the disk of the store is full' }).click()
      await page.getByRole('button', { name: 'Change', exact: true }).click()
      await page.getByLabel('Tags').fill('disk')
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('#disk').waitFor()
      await page.getByText(/version 2/).waitFor()
      expect(problems).toEqual([])
    })
  })
})
