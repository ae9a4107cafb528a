import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createPlanEngine, PlanEngineConfig } from '../../server/src/adapter/tofu/index.ts'
import { systemClock } from '../../server/src/kernel/clock.ts'
import type { PlanEngine, Stack } from '../../server/src/port/plan-engine.ts'
import { readVariables } from '../../server/src/service/gitops/edit/index.ts'
import { summarisePlan } from '../../server/src/service/gitops/plan/index.ts'
import { findServer, integration } from './real-server.ts'
import { type StateBackend, startStateBackend } from './state-backend.ts'

const main = `
variable "orders_provider" {
  type = string
  validation {
    condition     = contains(["aws", "alibaba"], var.orders_provider)
    error_message = "The provider is aws or alibaba."
  }
}
variable "password" {
  type      = string
  default   = "hunter2-hunter2"
  sensitive = true
}
resource "terraform_data" "orders" {
  input = { kind = "instance", provider = var.orders_provider, service = "orders" }
}
resource "terraform_data" "orders_db" {
  input            = { kind = "database", service = "orders", password = var.password }
  triggers_replace = [var.orders_provider]
}
output "orders_provider" { value = terraform_data.orders.output.provider }
output "password" {
  value     = var.password
  sensitive = true
}
`
/** Made one after another; the first says when it is done, the second takes its time. */
const slow = (file: string): string => `
resource "terraform_data" "first" { input = "one" }
resource "terraform_data" "second" {
  input = terraform_data.first.output
  provisioner "local-exec" { command = "echo $PPID >${file}.new && mv ${file}.new ${file} && sleep 30" }
}
`
const variablesText = `
# a = 1
text  = "say \\"hi\\" to $\${you} \\u00e9" // b
list  = [1, -2.5e1, true, null,
]
nested = {
  "a" : { b = [""] }, c = 3
}
here = <<-EOT
    one = "two"
      three
    EOT
`
const free = new AbortController().signal

/** Terraform is not installed by our script: it is checked where somebody has it. */
for (const program of ['tofu', ...(findServer('terraform') ? ['terraform'] : [])])
  integration(`infrastructure code with ${program}`, [program], () => {
    let backend: StateBackend
    let engine: PlanEngine
    let count = 0
    const folder = mkdtempSync(join(tmpdir(), 'aiops-engine-test-'))
    const enginePath = findServer(program) ?? program
    const engineOf = (config: object = {}) =>
      createPlanEngine(
        {
          clock: systemClock,
          environment: { PATH: `${dirname(enginePath)}:${process.env.PATH}` },
          recoveryFolder: join(folder, 'recovery'),
        },
        PlanEngineConfig.parse({ path: enginePath, ...config }),
      )
    beforeAll(async () => {
      backend = await startStateBackend()
      engine = engineOf()
    })
    beforeEach(() => {
      count += 1
    })
    afterAll(async () => {
      await backend.stop()
      rmSync(folder, { recursive: true, force: true })
    })
    const name = () => `prod-${count}`
    const stackOf = (variables: Record<string, string> = {}, text = main): Stack => ({
      files: [{ path: 'infra/envs/prod/main.tf', content: text }],
      folder: 'infra/envs/prod',
      variables,
      state: backend.address(name()),
    })
    const apply = async (stack: Stack) => {
      const { file } = await engine.plan(stack, {}, free)
      return engine.apply(stack, file, free)
    }
    const summaryOf = async (stack: Stack, options: { refreshOnly?: boolean } = {}) => {
      const { json, sha256 } = await engine.plan(stack, options, free)
      return summarisePlan({ json, sha256, engine: (await engine.describe())! })
    }
    const lockInfo = (id: string) => Buffer.from(JSON.stringify({ ID: id, Who: 'dana@laptop' }))

    it('says which engine it is', async () => {
      const known = program === 'tofu' ? 'OpenTofu' : 'Terraform'
      expect(await engine.describe()).toMatchObject({
        name: known,
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      })
    })

    it('validates, plans, applies, and plans nothing after', async () => {
      const stack = stackOf({ orders_provider: 'aws' })
      expect(await engine.validate(stack, free)).toEqual({ valid: true, diagnostics: [] })
      const plan = await engine.plan(stack, {}, free)
      expect(plan).toMatchObject({ hasChanges: true, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) })
      expect(plan.log).toContain('terraform_data.orders')
      expect(plan.log).not.toContain('hunter2')
      const { outputs, log } = await engine.apply(stack, plan.file, free)
      expect(outputs).toEqual({ orders_provider: 'aws' })
      expect(log).toContain('Apply complete')
      expect((await engine.plan(stack, {}, free)).hasChanges).toBe(false)
      expect(await backend.states.versions(backend.key(name()))).toMatchObject([{ createdBy: 'pipeline' }])
    })

    it('says what is wrong, and where', async () => {
      const wrong = stackOf({}, 'resource "terraform_data" "x" {\n  inputs = 1\n}\n')
      expect(await engine.validate(wrong, free)).toMatchObject({
        valid: false,
        diagnostics: [{ severity: 'ERROR', path: expect.stringContaining('main.tf'), line: 2 }],
      })
      await expect(engine.plan(stackOf({ orders_provider: 'azure' }), {}, free)).rejects.toMatchObject({
        ...{ code: 'PLAN_FAILED', message: expect.stringContaining('The provider is aws or alibaba') },
      })
      await expect(engine.plan(stackOf(), {}, free)).rejects.toThrow(/orders_provider/)
    })

    it('plans a move as what it is: an instance changed, a database replaced, and no secret shown', async () => {
      await apply(stackOf({ orders_provider: 'aws' }))
      const plan = await summaryOf(stackOf({ orders_provider: 'alibaba' }))
      expect(plan.summary).toMatchObject({ updates: 1, replaces: 1, creates: 0, deletes: 0 })
      expect(plan.stateful).toMatchObject([
        { address: 'terraform_data.orders_db', action: 'REPLACE', at_risk: true, service: 'orders' },
      ])
      expect(plan.changes.flatMap(({ replace_paths }) => replace_paths)).toEqual(['triggers_replace'])
      expect(plan).toMatchObject({ services: ['orders'], drift: [], executes: [] })
      expect(JSON.stringify(plan)).not.toContain('hunter2')
    })

    it('refuses a plan of a state that has moved on', async () => {
      const stack = stackOf({ orders_provider: 'aws' })
      await apply(stack)
      const stale = await engine.plan(stackOf({ orders_provider: 'alibaba' }), {}, free)
      await apply(stackOf({ orders_provider: 'aws', password: 'another-one' }))
      await expect(engine.apply(stack, stale.file, free)).rejects.toMatchObject({ code: 'CONFLICT' })
    })

    it('refuses a plan file that was tampered with', async () => {
      const stack = stackOf({ orders_provider: 'aws' })
      const { file } = await engine.plan(stack, {}, free)
      const changed = Buffer.from(file)
      changed[changed.length >> 1]! ^= 0xff
      await expect(engine.apply(stack, changed, free)).rejects.toMatchObject({ code: 'PLAN_FAILED' })
    })

    it('waits for no lock of somebody else for long, and says whose it is', async () => {
      const stack = stackOf({ orders_provider: 'aws' })
      await backend.states.lock(backend.key(name()), lockInfo('held-by-dana'), 'dana')
      const locked = await engine.plan(stack, {}, free).catch((error) => error)
      expect(locked.code).toBe('CONFLICT')
      expect(locked.message).toMatch(/^The state is locked: .*ID=held-by-dana\. Wait/)
      await backend.states.release(backend.key(name()), 'dana')
      expect((await engine.plan(stack, {}, free)).hasChanges).toBe(true)
    }, 40_000)

    it('stores what was made when an apply is stopped, and plans only the rest', async () => {
      const allowed = engineOf({ allow_code: true })
      const started = join(folder, `started-${count}`)
      const stack = stackOf({}, slow(started))
      const { file } = await allowed.plan(stack, {}, free)
      const abort = new AbortController()
      const applying = allowed.apply(stack, file, abort.signal)
      applying.catch(() => undefined)
      await expect.poll(() => existsSync(started), { timeout: 20_000 }).toBe(true)
      abort.abort()
      await expect(applying).rejects.toThrow('was stopped')
      const rest = await allowed.plan(stack, {}, free)
      const summary = summarisePlan({
        json: rest.json,
        sha256: rest.sha256,
        engine: (await engine.describe())!,
      })
      expect(summary.changes.map(({ address }) => address)).toEqual(['terraform_data.second'])
    }, 60_000)

    it('leaves the lock when the engine is killed, and goes on once it is released', async () => {
      const allowed = engineOf({ allow_code: true })
      const started = join(folder, `started-${count}`)
      const stack = stackOf({}, slow(started))
      const { file } = await allowed.plan(stack, {}, free)
      const applying = allowed.apply(stack, file, free)
      applying.catch(() => undefined)
      await expect.poll(() => existsSync(started), { timeout: 20_000 }).toBe(true)
      process.kill(Number(readFileSync(started, 'utf8')), 'SIGKILL')
      await expect(applying).rejects.toMatchObject({ code: 'PLAN_FAILED' })
      await expect(allowed.plan(stack, {}, free)).rejects.toMatchObject({ code: 'CONFLICT' })
      expect(await backend.states.release(backend.key(name()), 'dana')).toMatchObject({
        lockedBy: 'pipeline',
      })
      expect((await allowed.plan(stack, {}, free)).hasChanges).toBe(true)
    }, 60_000)

    it('finds what was changed behind its back', async () => {
      const stack = stackOf({ orders_provider: 'aws' })
      await apply(stack)
      const key = backend.key(name())
      const state = JSON.parse((await backend.states.read(key))!.body.toString())
      state.serial += 1
      for (const { name: one, instances } of state.resources)
        if (one === 'orders')
          for (const part of ['input', 'output']) instances[0].attributes[part].value.provider = 'alibaba'
      await backend.states.write(key, Buffer.from(JSON.stringify(state)), { actor: 'somebody', lockId: null })
      const plan = await summaryOf(stack)
      expect(plan.changes).toMatchObject([{ address: 'terraform_data.orders', action: 'UPDATE' }])
    })

    it('goes on where another key was lent to it between plan and apply', async () => {
      const caller = { actor: 'engine', tenant: 'default', permissions: ['deployments:write'] as const }
      const first = backend.lent.lend(caller, 60_000)
      const with_ = (password: string) => ({
        ...stackOf({ orders_provider: 'aws' }),
        state: { ...backend.address(name()), password },
      })
      const { file } = await engine.plan(with_(first.key), {}, free)
      first.revoke()
      const second = backend.lent.lend(caller, 60_000)
      await engine.apply(with_(second.key), file, free)
      await expect(engine.plan(with_('wrong'), {}, free)).rejects.toMatchObject({ code: 'PLAN_FAILED' })
    })

    it('reads files of variables as the engine does', async () => {
      const names = ['text', 'list', 'nested', 'here']
      const declared = names.map(
        (one) => `variable "${one}" { type = any }\noutput "${one}" { value = var.${one} }\n`,
      )
      const stack = stackOf({}, declared.join(''))
      const files = [...stack.files, { path: 'infra/envs/prod/terraform.tfvars', content: variablesText }]
      const { outputs } = await apply({ ...stack, files })
      const ours = readVariables('terraform.tfvars', variablesText).map(({ name: one, value }) => [
        one,
        value,
      ])
      expect(outputs).toEqual(Object.fromEntries(ours))
    })

    it('fetches no provider that is not allowed', async () => {
      const foreign =
        'terraform {\n  required_providers {\n    null = { source = "hashicorp/null" }\n  }\n}\nresource "null_resource" "x" {}\n'
      expect((await engine.validate(stackOf({}, foreign), free)).valid).toBe(false)
      await expect(engine.plan(stackOf({}, foreign), {}, free)).rejects.toThrow(/null/)
    })

    it('keeps a state for whoever runs the engine alone, and gives its lock back by force', async () => {
      const alone = mkdtempSync(join(folder, 'alone-'))
      writeFileSync(
        join(alone, 'main.tf'),
        'terraform {\n  backend "http" {}\n}\noutput "a" {\n  value = 1\n}\n',
      )
      const { url, username, password } = backend.address(name())
      const env = {
        ...{ PATH: process.env.PATH, HOME: alone, TF_CLI_CONFIG_FILE: '/dev/null', TF_HTTP_ADDRESS: url },
        ...{ TF_HTTP_LOCK_ADDRESS: `${url}/lock`, TF_HTTP_UNLOCK_ADDRESS: `${url}/lock` },
        ...{ TF_HTTP_LOCK_METHOD: 'POST', TF_HTTP_UNLOCK_METHOD: 'DELETE' },
        ...{ TF_HTTP_USERNAME: username, TF_HTTP_PASSWORD: password },
      }
      const cli = (...args: string[]) => promisify(execFile)(enginePath, args, { cwd: alone, env })
      await cli('init', '-input=false')
      await cli('apply', '-input=false', '-auto-approve')
      expect((await cli('output', '-json')).stdout).toContain('"value": 1')
      await backend.states.lock(backend.key(name()), lockInfo('held-by-dana'), 'dana')
      await expect(cli('apply', '-input=false', '-auto-approve')).rejects.toThrow('held-by-dana')
      await cli('force-unlock', '-force', 'held-by-dana')
      await cli('apply', '-input=false', '-auto-approve')
      await cli('destroy', '-input=false', '-auto-approve')
    })

    it('destroys what is no longer asked for', async () => {
      await apply(stackOf({ orders_provider: 'aws' }))
      const plan = await summaryOf(stackOf({}, '# nothing\n'))
      expect(plan.summary).toMatchObject({ deletes: 2 })
      expect(plan.stateful).toMatchObject([{ action: 'DELETE', at_risk: true }])
      await apply(stackOf({}, '# nothing\n'))
      expect((await engine.plan(stackOf({}, '# nothing\n'), {}, free)).hasChanges).toBe(false)
    })
  })
