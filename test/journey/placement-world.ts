/** A site with two people, a sender of provider telemetry, and the repository of `example/placement` at the local forge. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createClient } from '@aiops/contract/client'
import type { Page } from 'playwright-core'
import { findEngine } from '../integration/real-server.ts'
import type { PageProblems } from './browser.ts'
import { type Server, startServer } from './server.ts'

const example = fileURLToPath(new URL('../../example/placement', import.meta.url))

/** Anna and Ben may propose and approve, Vera only looks, the meter only sends. */
const people = { anna: 'approver', ben: 'approver', vera: 'viewer', root: 'admin', meter: 'sender' } as const
export type Person = keyof typeof people
export const keyOf = (person: Person): string => `key-of-${person}`

export type PlacementWorld = {
  server: Server
  as: (person: Person) => Server['client']
  /** What the sender tells, once. */
  tell: (rates: Rates, at?: Date) => Promise<unknown>
}

/** Dollars an hour and milliseconds by service and provider; a trailing `*` says that the service runs there. */
export type Rates = Record<string, Record<string, readonly [cost: number, latency: number]>>

/** storefront at aws is dearer and slower than at alibaba would be; reports is where it is best. */
export const cheaperElsewhere: Rates = {
  storefront: { 'aws*': [0.9, 210], alibaba: [0.3, 90] },
  reports: { aws: [0.8, 200], 'alibaba*': [0.2, 60] },
}

/** The real program with a configuration of its own, and the example pushed by a real `git`. */
export async function openPlacementWorld(
  folder: string,
  settings: Record<string, unknown> = {},
): Promise<PlacementWorld> {
  const file = join(folder, 'aiops.json')
  mkdirSync(folder, { recursive: true })
  writeFileSync(file, JSON.stringify({ ...configuration(), ...settings }))
  const server = await startServer(join(folder, 'data'), ['ingest.host.enabled=false'], 60_000, [
    ...['--config', file],
  ])
  await pushExample(server.url, join(folder, 'infra'))
  const as = (person: Person) => createClient({ url: server.url, token: keyOf(person) })
  const tell = (rates: Rates, at = new Date()): Promise<unknown> =>
    as('meter').putProviderTelemetry({ body: toldOf(rates, at) })
  return { server, as, tell }
}

/** As a person does it: the key into the form that stands in place of every page. */
export async function signIn(page: Page, problems: PageProblems, url: string, person: Person): Promise<void> {
  await page.goto(url)
  await page.getByRole('textbox', { name: 'API key' }).fill(keyOf(person))
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1 }).filter({ hasNotText: 'Sign in' }).waitFor()
  problems.length = 0 // The browser itself writes a line for each 401 before the key was given.
}

function configuration() {
  const api_keys = Object.entries(people).map(([name, role]) => ({
    ...{ name, role, sha256: createHash('sha256').update(`key-of-${name}`).digest('hex') },
  }))
  const variables = (service: string) => ({
    ...{ file: 'infra/envs/prod/terraform.tfvars', provider: `${service}_provider` },
    ...{ region: `${service}_region`, instance: `${service}_instance` },
  })
  const stack = {
    ...{ name: 'prod', folder: 'infra/envs/prod' },
    services: Object.fromEntries(['storefront', 'orders', 'reports'].map((name) => [name, variables(name)])),
  }
  return {
    auth: { api_keys },
    forge: { projects: [{ name: 'infra' }] },
    placement: { interval: '1s' },
    gitops: {
      ...{ poll_interval: '1s', verify_interval: '1s', verify_window: '2s', drift_interval: '0' },
      engine: { path: findEngine() ?? 'none' },
      repositories: [{ name: 'infra', forge: 'LOCAL', project: 'infra', stacks: [stack] }],
    },
  }
}

const toldOf = (rates: Rates, at: Date) => {
  const told = Object.entries(rates).flatMap(([service, providers]) =>
    Object.entries(providers).map(([name, [cost, latency]]) => ({
      ...{ service, provider: name.replace('*', ''), cost, latency, isHere: name.endsWith('*') },
    })),
  )
  return {
    source: 'meter',
    readings: told.map(({ service, provider, cost, latency }) => ({
      ...{ service, provider, cost_hourly_usd: cost as never, latency_ms: latency, credits: 0.5 },
      ...{ available_gpus: null, at: at.toISOString() },
      region: provider === 'aws' ? 'us-east-1' : 'ap-southeast-1',
      instance: provider === 'aws' ? 't3.medium' : 'ecs.c6.large',
    })),
    placements: told.filter(({ isHere }) => isHere).map(({ service, provider }) => ({ service, provider })),
  }
}

async function pushExample(url: string, path: string): Promise<void> {
  const env = {
    ...process.env,
    ...{ GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', GIT_TERMINAL_PROMPT: '0' },
    ...{ GIT_AUTHOR_NAME: 'Anna', GIT_AUTHOR_EMAIL: 'anna@shop.example' },
    ...{ GIT_COMMITTER_NAME: 'Anna', GIT_COMMITTER_EMAIL: 'anna@shop.example' },
  }
  const git = (cwd: string, ...rest: string[]) => promisify(execFile)('git', rest, { cwd, env })
  const remote = `${url.replace('://', `://any:${keyOf('anna')}@`)}/git/infra.git`
  mkdirSync(path, { recursive: true })
  await git(path, 'clone', '-q', remote, '.')
  cpSync(example, path, { recursive: true })
  await git(path, 'checkout', '-q', '-B', 'main')
  await git(path, 'add', '-A')
  await git(path, 'commit', '-q', '-m', 'Where services run')
  await git(path, 'push', '-q', 'origin', 'main')
}
