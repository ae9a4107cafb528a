import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { browserJourney, withPage } from './browser.ts'
import { type Server, startServer, temporaryFolder } from './server.ts'

browserJourney('the page of the audit log', () => {
  const folder = temporaryFolder('audit-page')
  let server: Server
  beforeAll(async () => {
    server = await startServer(folder.path)
    for (let n = 0; n < 60; n += 1)
      await server.client.deletePersona({ params: { id: `nobody-${n}` } }).catch(() => undefined)
    await server.client.putTopology({ body: { entities: [], edges: [] } }).catch(() => undefined)
  })
  afterAll(async () => {
    await server?.stop()
    folder.remove()
  })

  test('shows who did what, keeps its filter in the address, and opens an entry with its hashes', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/audit`)
      await page.getByRole('button', { name: 'Entry 61', exact: true }).waitFor()
      await page.getByRole('button', { name: 'Show older' }).click()
      await page.getByRole('button', { name: 'Entry 1', exact: true }).waitFor()
      await page.getByRole('searchbox', { name: 'To what' }).fill('nobody-7')
      await page.waitForURL(/resource=nobody-7$/)
      const entry = page.getByRole('button', { name: 'Entry 8', exact: true })
      await entry.waitFor()
      await page.getByRole('button', { name: 'Entry 61', exact: true }).waitFor({ state: 'detached' })
      await entry.click()
      await page.getByText('Hash before it').waitFor()
      await page.getByText('There is no persona nobody-7.').waitFor()
      await page.reload()
      await entry.waitFor()
      await page.getByLabel('Outcome').selectOption('DENIED')
      await page.getByText('No entry fits this filter').waitFor()
      await page.getByRole('button', { name: 'Clear' }).click()
      await page.waitForURL(/\/audit$/)
      expect(problems).toEqual([])
    })
  })

  test('says that the log is whole, and where it was tampered with once it was', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${server.url}/audit`)
      await page.getByText('Whole', { exact: true }).waitFor()
      const database = new DatabaseSync(join(folder.path, 'records.db'))
      database.exec('drop trigger audit_kept; delete from audit where sequence = 20')
      database.close()
      await page.getByRole('button', { name: 'Verify now' }).click()
      await page.getByText('Tampered with', { exact: true }).waitFor()
      await page.getByText(/Entry 20 is missing\./).waitFor()
      expect(problems).toEqual([])
    })
  })
})
