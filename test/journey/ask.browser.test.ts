import { afterAll, beforeAll, expect, test } from 'vitest'
import { type PlayedSystem, playSystem } from '../ask/system/index.ts'
import { browserJourney, withPage } from './browser.ts'

browserJourney('asking, reports, personas and tools in a browser', () => {
  let system: PlayedSystem
  beforeAll(async () => {
    system = await playSystem({})
  })
  afterAll(() => system?.stop())

  test('a question is answered while one looks on, each sentence leads to its evidence, and a follow-up knows what "it" is', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${system.url}/ask?q=${encodeURIComponent('Why is billing failing?')}`)
      const answer = page.getByRole('article').last()
      await answer.getByText('connection pool exhausted').first().waitFor()
      expect(page.url()).toContain('/chat/')
      await answer
        .getByRole('button', { name: /^Evidence e\d+/ })
        .first()
        .click()
      await page
        .getByRole('dialog')
        .getByText(/billing/)
        .first()
        .waitFor()
      await page.keyboard.press('Escape')
      const box = page.getByRole('textbox', { name: 'Your question' }).last()
      await box.fill('who owns it?')
      await box.press('Enter')
      await page.getByText('team-payments').first().waitFor()
      await page.reload()
      await page.getByText('team-payments').first().waitFor()
      expect(problems).toEqual([])
    })
  })

  test('a report of an incident is listed once it is written, and read in the app', async () => {
    const { incidents } = await system.client.listIncidents({ query: {} })
    const incident = incidents.find(({ affected_entities }) => affected_entities.includes('service/billing'))!
    await system.client.createReport({
      body: { report_type: 'INCIDENT_REPORT', format: 'HTML', incident_id: incident.id },
    })
    await withPage(async (page, problems) => {
      await page.goto(`${system.url}/reports`)
      await page
        .getByRole('link', { name: `Incident report INC-${incident.number}` })
        .first()
        .click()
      await page.getByRole('heading', { name: 'Likely causes' }).waitFor()
      await page.getByText('2.7.0').first().waitFor()
      expect(problems).toEqual([])
    })
  })

  test('personas are shown, and a tool runs over MCP from the page', async () => {
    await withPage(async (page, problems) => {
      await page.goto(`${system.url}/personas`)
      await page.getByText('Network & CNF Expert').first().waitFor()
      await page.goto(`${system.url}/tools?tool=list_clusters`)
      await page.getByRole('button', { name: 'Run', exact: true }).first().click()
      await page.getByText('harbour-east').first().waitFor()
      expect(problems).toEqual([])
    })
  })
})
