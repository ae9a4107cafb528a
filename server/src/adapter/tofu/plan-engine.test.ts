import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { systemClock } from '../../kernel/clock.ts'
import type { Stack } from '../../port/plan-engine.ts'
import { createPlanEngine, PlanEngineConfig } from './index.ts'

/** A program in the place of the engine: a shell script with the engine's command in `$command`. */
function open(script: string, config: object = {}, environment: NodeJS.ProcessEnv = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'aiops-engine-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const path = join(folder, 'tofu')
  const text = `#!/bin/sh\ncommand=$1\nhere=${folder}\necho "$@" >>$here/commands\n[ $command = version ] && echo "OpenTofu v1.2.3" && exit 0\n${script}\n`
  writeFileSync(path, text)
  chmodSync(path, 0o700)
  const engine = createPlanEngine(
    {
      ...{ clock: systemClock, recoveryFolder: join(folder, 'recovery') },
      environment: { PATH: process.env.PATH, ...environment },
    },
    PlanEngineConfig.parse({ path, ...config }),
  )
  const commands = () => readFileSync(join(folder, 'commands'), 'utf8')
  return { engine, folder, commands }
}

const stack: Stack = {
  files: [{ path: 'env/main.tf', content: '' }],
  ...{ folder: 'env', variables: { secret_variable: 'hidden-value' } },
  state: { url: 'http://127.0.0.1:1/state', username: 'ci', password: 'pass-word' },
}
const free = new AbortController().signal
/** Does what a plan needs, and prints what the test says as the plan's JSON. */
const planning = (json: string) => `
case "$command" in
  plan) for a; do case "$a" in -out=*) echo plan-bytes >"\${a#-out=}";; esac; done; exit 2;;
  show) if [ "$2" = -json ]; then echo '${json}'; else echo "a person's plan"; fi;;
  output) echo '{"a":{"value":1},"b":{"value":"x","sensitive":true}}';;
esac`
const harmless = planning('{"format_version":"1.2","configuration":{"root_module":{}}}')

describe('an engine', () => {
  it('is found by its path, and a program that is none is not', async () => {
    expect(await open('').engine.describe()).toMatchObject({ name: 'OpenTofu', version: '1.2.3' })
    const other = createPlanEngine(
      { clock: systemClock, environment: process.env, recoveryFolder: '/nowhere' },
      PlanEngineConfig.parse({ path: '/bin/true' }),
    )
    expect(await other.describe()).toBeUndefined()
    await expect(other.plan(stack, {}, free)).rejects.toThrow('no OpenTofu or Terraform here')
    expect(await open('', { path: 'none' }).engine.describe()).toBeUndefined()
  })

  it('has a bound on its memory', async () => {
    const { engine, folder } = open(`ulimit -d >${'$'}here/bound\n${harmless}`, {
      memory_bytes_max: 1_073_741_824,
    })
    await engine.plan(stack, {}, free)
    expect(readFileSync(join(folder, 'bound'), 'utf8')).toBe('1048576\n')
  })

  it('is found on PATH, OpenTofu before Terraform, and looked up once a minute', async () => {
    const { folder, commands } = open('')
    writeFileSync(join(folder, 'terraform'), '#!/bin/sh\necho "Terraform v1.0.0"\n', { mode: 0o700 })
    const engine = createPlanEngine(
      { clock: systemClock, environment: { PATH: `${folder}:/usr/bin:/bin` }, recoveryFolder: folder },
      PlanEngineConfig.parse({}),
    )
    for (let i = 0; i < 3; i += 1) expect((await engine.describe())?.name).toBe('OpenTofu')
    expect(commands().trim()).toBe('version')
  })

  it('plans, and gives the plan with its hash; secrets are in no argument', async () => {
    const { engine, commands } = open(harmless)
    const plan = await engine.plan(stack, { refreshOnly: true }, free)
    expect(Buffer.from(plan.file).toString()).toBe('plan-bytes\n')
    expect(plan).toMatchObject({
      hasChanges: true,
      log: "a person's plan\n",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
    expect(commands()).toMatch(/-refresh-only/)
    expect(commands()).toMatch(/-backend-config=address=http:\/\/127.0.0.1:1\/state /)
    expect(commands()).not.toMatch(/pass-word|hidden-value/)
  })

  it('gives an engine nothing of its own environment but what is named, and a private folder that goes', async () => {
    const { engine, folder } = open(
      `[ $command = init ] && env >$here/env && pwd >$here/pwd && stat -c %a ../.. >$here/mode && cat *.tf "$TF_CLI_CONFIG_FILE" >$here/files\n${harmless}`,
      { environment: ['AWS_KEY', 'MISSING'], provider_mirror: '/mirror' },
      { AWS_KEY: 'k', OTHER_SECRET: 's', TF_CLI_ARGS: '-x' },
    )
    await engine.plan(stack, {}, free)
    const read = (name: string) => readFileSync(join(folder, name), 'utf8')
    expect(read('env')).toMatch(/^AWS_KEY=k$/m)
    expect(read('env')).toMatch(/^TF_HTTP_PASSWORD=pass-word$/m)
    expect(read('env')).not.toMatch(/OTHER_SECRET|TF_CLI_ARGS|MISSING/)
    expect(read('mode').trim()).toBe('700')
    expect(read('files')).toMatch(/backend "http" \{\}/)
    expect(read('files')).toMatch(/path = "\/mirror"/)
    expect(existsSync(read('pwd').trim())).toBe(false)
  })

  it('is refused files that lead out of their folder, before it is started', async () => {
    const { engine, commands } = open(harmless)
    await engine.describe()
    for (const path of ['/etc/x', '../x', 'a/../../x', 'a//b', './a', 'a\\b', 'a\0b'])
      await expect(engine.plan({ ...stack, files: [{ path, content: '' }] }, {}, free)).rejects.toMatchObject(
        { code: 'PLAN_FAILED' },
      )
    for (const paths of [['a', 'a/b'], ['x'.repeat(300)], ['a', 'a']]) {
      const files = paths.map((path) => ({ path, content: '' }))
      await expect(engine.plan({ ...stack, files }, {}, free)).rejects.toMatchObject({ code: 'PLAN_FAILED' })
    }
    await expect(engine.plan({ ...stack, folder: '../x' }, {}, free)).rejects.toThrow('no path')
    const program = [{ path: 'env/x.tf', content: 'data "external" "x" {}' }]
    for (const run of [engine.plan, engine.validate])
      await expect((run as typeof engine.plan)({ ...stack, files: program }, {}, free)).rejects.toBeDefined()
    await expect(engine.apply({ ...stack, files: program }, Buffer.from('x'), free)).rejects.toThrow('line 1')
    expect(commands().trim()).toBe('version')
  })

  it('is not let to apply a plan that would run a program, whatever the files say', async () => {
    const code =
      '{"format_version":"1.2","configuration":{"root_module":{"resources":[{"address":"a.b","provisioners":[{"type":"local-exec"}]}]}}}'
    const { engine, commands } = open(planning(code))
    await expect(engine.plan(stack, {}, free)).rejects.toThrow('a local-exec provisioner at a.b')
    await expect(engine.apply(stack, Buffer.from('x'), free)).rejects.toThrow(
      'a local-exec provisioner at a.b',
    )
    expect(commands()).not.toMatch(/^apply/m)
  })

  it('applies, and gives the outputs that are no secrets', async () => {
    const { engine } = open(harmless)
    expect((await engine.apply(stack, Buffer.from('x'), free)).outputs).toEqual({ a: 1 })
  })

  it.each([
    [
      '{"@level":"error","@message":"Error: Bad","type":"diagnostic","diagnostic":{"severity":"error","summary":"Bad","detail":"Very.","range":{"filename":"main.tf","start":{"line":7}}}}',
      'PLAN_FAILED',
      'Bad (main.tf, line 7): Very.',
    ],
    [
      '{"diagnostic":{"severity":"warning","summary":"Odd"}}\n{"diagnostic":{"severity":"error","summary":"Error acquiring the state lock","detail":"held by dana"}}',
      'CONFLICT',
      'The state is locked: held by dana. Wait for the run that holds it, or release the lock.',
    ],
    [
      '{"diagnostic":{"severity":"error","summary":"Saved plan is stale","detail":""}}',
      'CONFLICT',
      'Saved plan is stale.',
    ],
    ['│ Error: Old engine\n│\n│ It says so.', 'PLAN_FAILED', 'Old engine: It says so.'],
    ['', 'PLAN_FAILED', "The engine's plan failed and did not say why."],
    [
      '{"diagnostic":{"severity":"error","summary":"\u001b[31mRed\u001b[0m","detail":"\u0007"}}'
        .replaceAll('\u001b', '\\u001b')
        .replace('\u0007', '\\u0007'),
      'PLAN_FAILED',
      'Red.',
    ],
  ])('tells its first error: %s', async (said, code, message) => {
    const { engine, folder } = open(`[ $command = plan ] && cat $here/said && exit 1\n${harmless}`)
    writeFileSync(join(folder, 'said'), said)
    await expect(engine.plan(stack, {}, free)).rejects.toMatchObject({ code, message })
  })

  it('is stopped with all that it started, when its time is over, it says too much, or nobody waits any more', async () => {
    const slow = (act: string, trap = '') =>
      `[ $command = plan ] && (${trap} sleep 60 & echo $! >$here/child; ${act})\n${harmless}`
    const gone = async (folder: string) => {
      const child = Number(readFileSync(join(folder, 'child'), 'utf8'))
      await expect
        .poll(
          () => existsSync(`/proc/${child}/cmdline`) && readFileSync(`/proc/${child}/cmdline`, 'utf8') !== '',
        )
        .toBe(false)
    }
    const late = open(slow('sleep 60', "trap '' INT;"), { timeout: '1s' })
    await expect(late.engine.plan(stack, {}, free)).rejects.toThrow(/longer than/)
    await gone(late.folder)
    const loud = open(slow('cat /dev/zero'))
    await expect(loud.engine.plan(stack, {}, free)).rejects.toThrow('wrote more than 16777216 bytes')
    await gone(loud.folder)
    const given = open(slow('sleep 60'))
    const abort = new AbortController()
    const plan = given.engine.plan(stack, {}, abort.signal)
    await expect.poll(() => existsSync(join(given.folder, 'child'))).toBe(true)
    abort.abort()
    await expect(plan).rejects.toThrow("The engine's plan was stopped.")
    await gone(given.folder)
  }, 30_000)

  it('is handed no state, test or program of the repository', async () => {
    const { engine, folder } = open(`[ $command = init ] && find .. -type f | sort >$here/found\n${harmless}`)
    const names = [
      'env/errored.tfstate',
      'env/terraform.tfstate.backup',
      'env/x.tftest.hcl',
      'env/.terraform/x',
      'env/terraform.d/plugins/p',
      '.git/config',
      'env/a.txt',
    ]
    await engine.plan({ ...stack, files: names.map((path) => ({ path, content: '' })) }, {}, free)
    expect(readFileSync(join(folder, 'found'), 'utf8').trim().split('\n')).toEqual([
      '../env/a.txt',
      '../env/zz_aiops_backend_override.tf',
    ])
  })

  it('is told to stop when the platform is killed', async () => {
    const { folder } = open('[ $command = init ] && echo $$ >$here/child && exec sleep 60')
    const code = `
      const { createPlanEngine, PlanEngineConfig } = await import(${JSON.stringify(import.meta.resolve('./index.ts'))})
      const { systemClock } = await import(${JSON.stringify(import.meta.resolve('../../kernel/clock.ts'))})
      const config = PlanEngineConfig.parse({ path: ${JSON.stringify(join(folder, 'tofu'))} })
      const deps = { clock: systemClock, environment: process.env, recoveryFolder: '/nowhere' }
      await createPlanEngine(deps, config).plan(${JSON.stringify(stack)}, {}, new AbortController().signal)`
    const platform = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'ignore' })
    await expect.poll(() => existsSync(join(folder, 'child')), { timeout: 10_000 }).toBe(true)
    const child = Number(readFileSync(join(folder, 'child'), 'utf8'))
    platform.kill('SIGKILL')
    await expect
      .poll(
        () => existsSync(`/proc/${child}/cmdline`) && readFileSync(`/proc/${child}/cmdline`, 'utf8') !== '',
      )
      .toBe(false)
  }, 20_000)

  it('keeps a state that it could not store', async () => {
    const { engine, folder } = open(
      `case "$command" in apply) echo '{"serial":2}' >errored.tfstate; exit 1;; state) exit 1;; esac\n${harmless}`,
    )
    await expect(engine.apply(stack, Buffer.from('x'), free)).rejects.toThrow(/is kept in .*recovery/)
    const [kept] = readdirSync(join(folder, 'recovery'))
    expect(readFileSync(join(folder, 'recovery', kept!), 'utf8')).toBe('{"serial":2}\n')
    const again = open(
      `case "$command" in apply) echo '{"serial":2}' >errored.tfstate; exit 1;; esac\n${harmless}`,
    )
    await expect(again.engine.apply(stack, Buffer.from('x'), free)).rejects.toThrow('stored afterwards')
    expect(again.commands()).toMatch(/^state push/m)
  }, 20_000)
})
