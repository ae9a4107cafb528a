import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPlanEngine, PlanEngineConfig } from '../../server/src/adapter/tofu/index.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import type { RepositoryFile } from '../../server/src/port/forge.ts'
import type { PlanEngine, Stack } from '../../server/src/port/plan-engine.ts'
import { editVariables } from '../../server/src/service/gitops/edit/index.ts'
import { summarisePlan } from '../../server/src/service/gitops/plan/index.ts'
import { findServer, integration } from './real-server.ts'
import { type StateBackend, startStateBackend } from './state-backend.ts'

const root = join(import.meta.dirname, '../..')
const free = new AbortController().signal

function filesOf(folder: string): RepositoryFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({
      path: path.slice(join(root, folder).length + 1),
      content: readFileSync(path, 'utf8'),
    }))
}

/** Terraform is not installed by our script: it is checked where somebody has it. */
for (const program of ['tofu', ...(findServer('terraform') ? ['terraform'] : [])])
  integration(`the configurations that come along, with ${program}`, [program], () => {
    let backend: StateBackend
    let engine: PlanEngine
    beforeAll(async () => {
      backend = await startStateBackend()
      const path = findServer(program) ?? program
      engine = createPlanEngine(
        {
          ...{ clock: systemClock, recoveryFolder: join(tmpdir(), 'aiops-no-recovery') },
          environment: { PATH: `${dirname(path)}:${process.env.PATH}` },
        },
        PlanEngineConfig.parse({ path }),
      )
    })
    afterAll(() => backend.stop())
    const stackOf = (folder: string, files: readonly RepositoryFile[], stack: string): Stack => ({
      ...{ files, folder: stack, variables: {}, state: backend.address(folder.replaceAll('/', '-')) },
    })
    const moved = (files: readonly RepositoryFile[], service: string, to: string[]): RepositoryFile[] =>
      files.map(({ path, content }) => {
        if (!path.endsWith('.tfvars')) return { path, content }
        const names = ['provider', 'region', 'instance']
        const edits = to.map((value, at) => ({ name: `${service}_${names[at]}`, value }))
        return { path, content: editVariables(path, content, edits) }
      })
    const planned = async (stack: Stack) => {
      const { json, sha256, file } = await engine.plan(stack, {}, free)
      return { file, summary: summarisePlan({ json, sha256, engine: (await engine.describe())! }) }
    }
    const alibaba = ['alibaba', 'ap-southeast-1', 'ecs.g6.large']

    it('validates every stub, and the environment that is made of them', async () => {
      const files = filesOf('deploy/terraform')
      for (const stack of ['envs/prod', 'modules/cluster/stub', 'modules/app/stub'])
        expect(await engine.validate(stackOf('none', files, stack), free)).toEqual({
          valid: true,
          diagnostics: [],
        })
    })

    it('moves a service that keeps nothing, and tells of the volume of one that does', async () => {
      const files = filesOf('deploy/terraform')
      const at = (all: readonly RepositoryFile[]) => stackOf('deploy/terraform', all, 'envs/prod')
      const first = await planned(at(files))
      expect(first.summary.services).toEqual(['service1', 'service2', 'service3'])
      const { outputs } = await engine.apply(at(files), first.file, free)
      expect(outputs).toMatchObject({ service1_provider: 'aws', service3_provider: 'alibaba' })
      const one = await planned(at(moved(files, 'service1', alibaba)))
      expect(one.summary).toMatchObject({
        ...{ stateful: [], services: ['service1'], executes: [] },
        summary: { creates: 3, deletes: 3, updates: 0, replaces: 0 },
      })
      const two = await planned(at(moved(files, 'service2', alibaba)))
      expect(two.summary.stateful.filter(({ at_risk }) => at_risk).map(({ address }) => address)).toContain(
        'module.service2_aws[0].terraform_data.data[0]',
      )
    })

    it('refuses a move that forgets the region', async () => {
      const files = moved(filesOf('deploy/terraform'), 'service1', ['alibaba'])
      await expect(
        engine.plan(stackOf('deploy/terraform', files, 'envs/prod'), {}, free),
      ).rejects.toMatchObject({
        code: 'PLAN_FAILED',
        message: expect.stringContaining('alibaba has no region us-east-1'),
      })
    })

    it('plans the example: a web shop moves in place, orders lose their database', async () => {
      const files = filesOf('example/placement')
      const at = (all: readonly RepositoryFile[]) => stackOf('example/placement', all, 'infra/envs/prod')
      const { file } = await planned(at(files))
      const { outputs } = await engine.apply(at(files), file, free)
      expect(outputs).toMatchObject({ storefront_provider: 'aws', reports_instance: 'ecs.c6.xlarge' })
      const shop = await planned(at(moved(files, 'storefront', alibaba)))
      expect(shop.summary).toMatchObject({ summary: { updates: 1, replaces: 0 }, stateful: [] })
      const orders = await planned(at(moved(files, 'orders', alibaba)))
      expect(orders.summary.stateful.filter(({ at_risk }) => at_risk)).toMatchObject([
        { address: 'terraform_data.orders_database', action: 'REPLACE' },
      ])
    })
  })
