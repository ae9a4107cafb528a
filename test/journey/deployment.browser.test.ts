import type { Deployment } from '@aiops/contract/model/deployment'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { findEngine } from '../integration/real-server.ts'
import { browserJourney, withPage } from './browser.ts'
import {
  cheaperElsewhere,
  keyOf,
  openPlacementWorld,
  type Person,
  type PlacementWorld,
  signIn,
} from './placement-world.ts'
import { temporaryFolder } from './server.ts'

browserJourney('a change of where a service runs, by its pages', () => {
  const folder = temporaryFolder('deployment-page')
  let world: PlacementWorld
  let telling: NodeJS.Timeout
  let path = ''
  const withEngine = findEngine() !== undefined
  const variables = async (): Promise<string> => {
    const raw = '/api/v4/projects/infra/repository/files/infra%2Fenvs%2Fprod%2Fterraform.tfvars/raw?ref=main'
    const headers = { 'private-token': keyOf('ben') }
    return (await fetch(`${world.server.url}${raw}`, { headers })).text()
  }
  const current = (): Promise<Deployment> =>
    world.as('ben').getDeployment({ params: { id: path.split('/').at(-1) ?? '' } })
  const as = (person: Person, use: (page: Page) => Promise<void>): Promise<void> =>
    withPage(async (page, problems) => {
      page.setDefaultTimeout(15_000)
      await signIn(page, problems, `${world.server.url}${path}`, person)
      await use(page)
      expect(problems).toEqual([])
    })

  beforeAll(async () => {
    world = await openPlacementWorld(folder.path)
    await world.tell(cheaperElsewhere)
    telling = setInterval(() => void world.tell(cheaperElsewhere).catch(() => undefined), 2_000)
  })
  afterAll(async () => {
    clearInterval(telling)
    await world?.server.stop()
    folder.remove()
  })

  /** The state is read from the server; the page is then asked to show it, without being loaded again. */
  const reaches = (state: Deployment['state']): Promise<void> =>
    vi.waitFor(
      async () => {
        const found = await current()
        expect({ state: found.state, last: found.steps.at(-1)?.message }).toMatchObject({ state })
      },
      { timeout: 40_000, interval: 250 },
    )
  const setKillSwitch = async (page: Page, button: string, verb: string): Promise<void> => {
    await page.goto(`${world.server.url}/deployments?tab=control`)
    await page.getByRole('button', { name: button }).click()
    await page.getByRole('dialog').getByRole('textbox').fill('Looking at the meters first.')
    await page.getByRole('dialog').getByRole('button', { name: verb, exact: true }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  }

  test('a decision shows its options, its tests and what would flip it, and a person proposes it', async () => {
    path = '/cost?tab=decisions'
    await as('anna', async (page) => {
      await page.getByText('aws → alibaba').first().waitFor()
      await page.getByRole('button', { name: 'storefront', exact: true }).first().click()
      const drawer = page.getByRole('dialog')
      await drawer.getByText(/^alibaba would suit storefront better than aws/).waitFor()
      await drawer.getByText(/flips if alibaba costs more than/).waitFor()
      await drawer.getByText(/^0 min at aws, at least 60 min/).waitFor()
      await drawer.getByRole('button', { name: 'Propose…' }).click()
      const asked = page.getByRole('dialog', { name: 'Propose to move to alibaba?' })
      const propose = asked.getByRole('button', { name: 'Propose', exact: true })
      expect(await propose.isDisabled()).toBe(true) // It is held: a person says why.
      await asked.getByRole('textbox').fill('The window is agreed.')
      await propose.click()
      await page.getByRole('link', { name: /^deployment / }).click()
      await page.waitForURL(/\/deployments\/.+/)
      path = new URL(page.url()).pathname
      await reaches('AWAITING_APPROVAL')
      const stands = page.getByRole('region', { name: 'How it stands' })
      await stands.getByRole('button', { name: 'Approve…' }).waitFor()
      await page.getByText('storefront_provider').first().waitFor()
      await page.getByText(/anna wrote: The window is agreed\./).waitFor()
      await page.getByText('uncalibrated').waitFor()
      if (withEngine) await page.getByText('terraform_data.storefront', { exact: true }).first().waitFor()
    })
  })

  test('who may only look is refused by the server, and is told what is missing', async () => {
    await withPage(async (page, problems) => {
      await signIn(page, problems, `${world.server.url}${path}`, 'vera')
      await page.getByRole('button', { name: 'Approve…' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Approve', exact: true }).click()
      await page
        .getByRole('dialog')
        .getByText(/deployments:approve/)
        .first()
        .waitFor()
      expect((await current()).approvals).toEqual([])
    })
  })

  test('who proposed it although it was held may approve it as little as an author', async () => {
    const { id, head_sha, plan } = await current()
    const body = { head_sha: head_sha ?? '', plan_sha256: plan?.sha256 ?? '' }
    await expect(world.as('anna').approveDeployment({ params: { id }, body })).rejects.toThrow(
      'somebody else has to',
    )
  })

  test('a second person approves exactly that head and plan; the kill switch holds it until it is off', async () => {
    await as('ben', async (page) => {
      await setKillSwitch(page, 'Stop everything…', 'Stop everything')
      await page.getByText('on: nothing is applied').waitFor()
      await page.goto(`${world.server.url}${path}`)
      await page.getByText(/kill switch is on/i).waitFor()
      const { head_sha, plan } = await current()
      await page.getByRole('button', { name: 'Approve…' }).click()
      const dialog = page.getByRole('dialog')
      await dialog.getByText(head_sha ?? 'no head', { exact: true }).waitFor()
      await dialog.getByText(plan?.sha256 ?? 'No plan was run.', { exact: true }).waitFor()
      await dialog.getByRole('textbox').fill('Seen.')
      await dialog.getByRole('button', { name: 'Approve', exact: true }).click()
      await dialog.waitFor({ state: 'detached' })
      await page.getByText('“Seen.”').waitFor()
      expect(await current()).toMatchObject({
        ...{ merged_sha: null, approvals: [{ by: 'ben', via: 'API', head_sha }] },
      })
      expect(await variables()).toContain('storefront_provider = "aws"')
      await setKillSwitch(page, 'Let it go on…', 'Let it go on')
      await page.getByText('off', { exact: true }).waitFor()
      await page.goto(`${world.server.url}${path}`)
      await reaches(withEngine ? 'KEPT' : 'MERGED')
      const badge = page.getByRole('heading', { level: 1 }).locator('xpath=..')
      await badge.getByText(withEngine ? 'Kept' : 'Merged', { exact: true }).waitFor()
    })
    expect(await variables()).toContain('storefront_provider = "alibaba"')
    expect(await variables()).toContain('# or "alibaba"') // Comments stay where they were.
  })

  test('its merge request shows the change line by line, who approved, and the way back', async () => {
    await as('ben', async (page) => {
      await page.getByRole('link', { name: 'infra !1' }).click()
      await page.waitForURL(/\/merge-requests\/infra\/1$/)
      await page.getByText('storefront_provider = "alibaba"').first().waitFor()
      await page.getByText('Merged', { exact: true }).first().waitFor()
      await page.getByText(/Approved there by ben\./).waitFor()
      await page.getByRole('link', { name: 'To the deployment' }).click()
      await page.waitForURL(new RegExp(`${path}$`))
      await page.getByRole('link', { name: 'Why it was decided' }).click()
      await page
        .getByRole('dialog')
        .getByText(/^alibaba would suit storefront/)
        .waitFor()
    })
  })

  test('the audit log has each step of it, and leads back to its page', async () => {
    await as('root', async (page) => {
      await page.getByRole('link', { name: 'Who did what' }).click()
      await page.waitForURL(/\/audit\?resource=/)
      const approved = page
        .getByRole('row')
        .filter({ hasText: 'approveDeployment' })
        .filter({ hasText: 'ben' })
      await approved.getByRole('button', { name: /^Entry / }).click()
      await page.getByText('Hash before it').waitFor()
      await page.getByRole('link', { name: /\/approve$/ }).click()
      await page.waitForURL(new RegExp(`${path}$`))
      await page.getByRole('heading', { level: 1, name: 'Move storefront from aws to alibaba' }).waitFor()
    })
  })
})
