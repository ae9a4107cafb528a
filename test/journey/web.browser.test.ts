import { createHash } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserJourney, withPage } from './browser.ts'
import { type Server, startServer, temporaryFolder } from './server.ts'

const alert = (name: string, service: string) => ({
  name,
  severity: 'critical',
  status: 'firing',
  message: `${name} on ${service}`,
  labels: { service, hostile: '<img src=x onerror=alert(1)>' },
})

browserJourney('the web app on the real program', () => {
  const folder = temporaryFolder('web')
  let server: Server
  beforeAll(async () => {
    server = await startServer(folder.path, [])
  })
  afterAll(async () => {
    await server?.stop()
    folder.remove()
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    test(`every page opens in ${colorScheme}, without a word in the console`, async () => {
      await withPage(
        async (page, problems) => {
          for (const [path, heading] of [
            ['/', 'Overview'],
            ['/incidents', 'Incidents'],
            ['/explore', 'Explore'],
            ['/topology', 'Topology'],
            ['/silences', 'Silences'],
            ['/sources', 'Sources'],
            ['/settings', 'Settings'],
            ['/cost', 'Cost'],
            ['/deployments', 'Deployments'],
            ['/merge-requests', 'Merge requests'],
            ['/audit', 'Audit'],
          ]) {
            await page.goto(server.url + path)
            await page.getByRole('heading', { level: 1, name: heading as string }).waitFor()
          }
          expect(problems).toEqual([])
        },
        { colorScheme },
      )
    })
  }

  test('shows an incident in an open page as it happens, and takes what a person decides about it', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/incidents`)
      await page.getByRole('heading', { level: 1, name: 'Incidents' }).waitFor()
      await server.client.ingestAlerts({
        body: { source: 'journey', alerts: [alert('HighErrors', 'payments')] },
      })
      await page.getByText('INC-1').first().waitFor({ timeout: 15_000 })
      await page.goto(`${server.url}/incidents/1`)
      await page.getByRole('button', { name: 'Acknowledge' }).first().click()
      const dialog = page.getByRole('dialog')
      if (await dialog.isVisible().catch(() => false))
        await dialog.getByRole('button', { name: /acknowledge/i }).click()
      await expect
        .poll(async () => (await server.client.getIncident({ params: { id: '1' } })).status, {
          timeout: 10_000,
        })
        .toBe('ACKNOWLEDGED')
      await page.getByText('Acknowledged').first().waitFor()
      expect(problems).toEqual([])
    })
  })

  test('finds an incident by its number from any page, and goes on to what its service logged at that time', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/audit`)
      await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor()
      await page.getByRole('button', { name: 'Audit' }).waitFor()
      await page.keyboard.press('Control+k')
      await page.getByRole('combobox', { name: 'Go to a page, incident or service' }).fill('INC-1')
      await page.getByRole('option', { name: /^INC-1 / }).waitFor()
      await page.keyboard.press('Enter')
      await page.getByRole('link', { name: 'Logs', exact: true }).click()
      await page.getByRole('button', { name: 'Back to live' }).waitFor()
      const { searchParams } = new URL(page.url())
      expect(searchParams.get('service')).toBe('payments')
      expect(Number(searchParams.get('from'))).toBeLessThan(Number(searchParams.get('to')))
      expect(problems).toEqual([])
    })
  })

  test('shows any two moments that somebody types, and puts them into the address', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/explore?tab=logs`)
      await page.getByRole('button', { name: 'Choose from and to' }).click()
      await page.getByLabel('From', { exact: true }).fill('2026-01-02T03:00:00')
      await page.getByLabel('To', { exact: true }).fill('2026-01-02T02:00:00')
      await page.getByRole('button', { name: 'Show this range' }).click()
      await page.getByText('The end has to be after the beginning.').waitFor()
      await page.getByLabel('To', { exact: true }).fill('2026-01-02T04:00:00')
      await page.getByRole('button', { name: 'Show this range' }).click()
      await page.getByRole('button', { name: 'Back to live' }).waitFor()
      const { searchParams } = new URL(page.url())
      expect(Number(searchParams.get('to')) - Number(searchParams.get('from'))).toBe(3_600_000)
      expect(problems).toEqual([])
    })
  })
})

browserJourney('the web app where a key is asked for', () => {
  const folder = temporaryFolder('key')
  let server: Server
  beforeAll(async () => {
    const sha256 = createHash('sha256').update('the-key').digest('hex')
    server = await startServer(folder.path, [
      `auth.api_keys=[{name: anna, role: admin, sha256: "${sha256}"}]`,
    ])
  })
  afterAll(async () => {
    await server?.stop()
    folder.remove()
  })

  test('asks for the key, says when it is wrong, and is live with the right one', async () => {
    await withPage(async (page) => {
      await page.goto(server.url)
      for (const key of ['wrong', 'the-key']) {
        await page.getByLabel('API key', { exact: true }).fill(key)
        await page.getByRole('button', { name: 'Sign in' }).click()
        if (key === 'wrong') await page.getByText('did not accept that key').waitFor()
      }
      await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor()
      await page.getByText('Live', { exact: true }).first().waitFor()
    })
  })
})
