import { execFile } from 'node:child_process'
import { cp, mkdir, readFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { Fault, messageOf } from '../../../../kernel/fault.ts'
import { project, stackFolder, stackName, variablesFile } from './options.ts'

const run = promisify(execFile)
const runWithinMs = 60_000

export type Place = { provider: string; region: string; instance: string }
/** By service, as the variables file says. */
export type Places = ReadonlyMap<string, Place>

/** Where each service runs, read from the variables of the example. */
export async function placesOf(example: string): Promise<Places> {
  const text = await readFile(join(example, variablesFile), 'utf8')
  const found = new Map<string, Place>()
  for (const [, service = '', field = '', value = ''] of text.matchAll(
    /^(\w+)_(provider|region|instance)\s*=\s*"([^"]+)"/gm,
  ))
    found.set(service, {
      ...(found.get(service) ?? { provider: '', region: '', instance: '' }),
      [field]: value,
    })
  return found
}

/** What a person does with an empty repository: commit, and push over smart HTTP. Answers with the commit. */
export async function pushExample(
  from: { example: string; folder: string },
  url: string,
): Promise<{ folder: string; head: string }> {
  const folder = join(from.folder, 'checkout')
  await mkdir(folder)
  await cp(from.example, folder, { recursive: true })
  const git = (...args: string[]) =>
    run('git', ['-C', folder, '-c', 'user.name=Dana', '-c', 'user.email=dana@shop.invalid', ...args], {
      timeout: runWithinMs,
      // Neither this machine's settings nor a question at the terminal.
      env: {
        ...process.env,
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_SYSTEM: '/dev/null',
        GIT_TERMINAL_PROMPT: '0',
      },
    })
  try {
    await git('init', '--quiet', '--initial-branch=main')
    await git('add', '.')
    await git('commit', '--quiet', '--message', 'Three services over two providers')
    await git('push', '--quiet', `${url}/git/${project}.git`, 'main')
    return { folder, head: (await git('rev-parse', 'HEAD')).stdout.trim() }
  } catch (error) {
    throw new Fault(
      'UPSTREAM_FAILED',
      `The example could not be pushed; git 2.38 or newer is needed. ${messageOf(error)}`,
    )
  }
}

/** The program that the platform runs, found as it finds it: from the setting, else `tofu` or `terraform` on PATH. */
export async function enginePath(settings: readonly string[]): Promise<string | undefined> {
  const set = settings.findLast((one) => one.startsWith('gitops.engine.path='))?.split('=')[1] ?? ''
  if (set === 'none') return undefined
  if (set !== '') return set
  const folders = (process.env.PATH ?? '').split(delimiter).filter((one) => one !== '')
  for (const path of ['tofu', 'terraform'].flatMap((name) => folders.map((folder) => join(folder, name))))
    if (
      await run(path, ['version'], { timeout: runWithinMs }).then(
        () => true,
        () => false,
      )
    )
      return path
  return undefined
}

/** Applies the checkout once, against the state that the platform keeps, so that there is something to change. Answers with what the engine says. */
export async function applyFirst(engine: string, checkout: string, url: string): Promise<string> {
  const address = `${url}/api/v4/projects/${project}/terraform/state/${stackName}`
  const cwd = join(checkout, stackFolder)
  const env = {
    ...process.env,
    ...{ TF_HTTP_ADDRESS: address, TF_HTTP_USERNAME: 'dana', TF_HTTP_PASSWORD: 'none-is-asked-for' },
    ...{ TF_HTTP_LOCK_ADDRESS: `${address}/lock`, TF_HTTP_UNLOCK_ADDRESS: `${address}/lock` },
    ...{ TF_HTTP_LOCK_METHOD: 'POST', TF_HTTP_UNLOCK_METHOD: 'DELETE' },
    ...{ TF_IN_AUTOMATION: '1', CHECKPOINT_DISABLE: '1' },
  }
  const options = { cwd, env, timeout: runWithinMs }
  try {
    await run(engine, ['init', '-input=false', '-no-color'], options)
    const { stdout } = await run(engine, ['apply', '-auto-approve', '-input=false', '-no-color'], options)
    return (
      stdout
        .split('\n')
        .find((line) => line.startsWith('Apply complete'))
        ?.trim() ?? 'applied'
    )
  } catch (error) {
    throw new Fault('UPSTREAM_FAILED', `The first apply failed. ${messageOf(error)}`)
  }
}
