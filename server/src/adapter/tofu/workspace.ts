import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { Fault } from '../../kernel/fault.ts'
import type { RepositoryFile } from '../../port/forge.ts'
import type { Stack } from '../../port/plan-engine.ts'
import type { PlanEngineConfig } from './config.ts'
import { guardFiles, ourFiles } from './guard.ts'

export type Workspace = {
  /** Where the engine is run. */
  cwd: string
  env: Readonly<Record<string, string>>
  /** Of a file beside the configuration. */
  path(name: string): string
  remove(): Promise<void>
}

const filesMax = 2_000
const bytesMax = 16 * 1_048_576
/** Beside what they are named for, a folder of programs that the engine would start (`terraform.d/plugins`). */
const leftOutFolders = new Set(['.git', '.terraform', 'terraform.d'])
/** Tests, whose modules `init` would fetch, and states: one of the repository must not be taken for one that the engine left behind. */
const leftOutFiles = /\.(tftest|tofutest|tfquery)\.(hcl|json)$|\.tfstate(\.|$)/

/** A private folder with the files of one configuration, our backend and settings; whatever would run a program is refused first. */
export async function openWorkspace(
  stack: Stack,
  config: PlanEngineConfig,
  environment: NodeJS.ProcessEnv,
  /** Beginning of the folder's name. */
  prefix: string,
): Promise<Workspace> {
  const files = checkedFiles(stack.files)
  const folder = stack.folder === '' || stack.folder === '.' ? '' : checkedPath(stack.folder)
  guardFiles(files, folder, { allowCode: config.allow_code, moduleSources: config.module_sources })
  const root = await mkdtemp(prefix)
  const workspace: Workspace = {
    cwd: join(root, 'files', folder),
    env: environmentOf(root, stack, config, environment),
    path: (name) => join(root, name),
    remove: () => rm(root, { recursive: true, force: true }),
  }
  try {
    for (const name of ['files', 'home', 'data', 'tmp']) await mkdir(join(root, name), { mode: 0o700 })
    await mkdir(workspace.cwd, { recursive: true, mode: 0o700 })
    for (const { path, content } of files) await writeFileOf(join(root, 'files'), path, content)
    await writePrivate(
      join(workspace.cwd, `${ourFiles}backend_override.tf`),
      'terraform {\n  backend "http" {}\n}\n',
    )
    await writePrivate(workspace.path('variables.tfvars.json'), JSON.stringify(stack.variables))
    await writePrivate(workspace.path('engine.rc'), settingsOf(config, root))
    return workspace
  } catch (error) {
    await workspace.remove()
    throw error
  }
}

export async function writePrivate(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(posix.dirname(path), { recursive: true, mode: 0o700 })
  await writeFile(path, content, { mode: 0o600, flag: 'wx' })
}

/** A file in the place of a folder, a name that is too long: the repository's fault. */
async function writeFileOf(root: string, path: string, content: string): Promise<void> {
  try {
    await writePrivate(join(root, path), content)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!['EEXIST', 'ENOTDIR', 'EISDIR', 'ENAMETOOLONG'].includes(code)) throw error
    throw new Fault('PLAN_FAILED', `${path.slice(0, 200)} cannot be written (${code}).`)
  }
}

function checkedFiles(files: readonly RepositoryFile[]): RepositoryFile[] {
  if (files.length > filesMax) throw new Fault('PLAN_FAILED', `There are more than ${filesMax} files.`)
  const bytes = files.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0)
  if (bytes > bytesMax) throw new Fault('PLAN_FAILED', `The files have more than ${bytesMax} bytes.`)
  const kept = files.filter(({ path }) => {
    const inFolder = checkedPath(path)
      .split('/')
      .some((part) => leftOutFolders.has(part))
    return !inFolder && !leftOutFiles.test(path)
  })
  if (new Set(kept.map(({ path }) => path)).size < kept.length)
    throw new Fault('PLAN_FAILED', 'Two of the files have the same path.')
  return kept
}

/** As a repository says it: relative, with slashes, without dots that lead anywhere. */
function checkedPath(path: string): string {
  const plain = path.length <= 1_000 && !/[\\\0]/.test(path) && !path.startsWith('/')
  if (!plain || path.split('/').some((part) => part === '' || part === '.' || part === '..'))
    throw new Fault('PLAN_FAILED', `${JSON.stringify(path.slice(0, 200))} is no path within a repository.`)
  return path
}

/** Nothing of this process' own environment but the path to programs and what the administrator names. Secrets are here, not in arguments. */
function environmentOf(
  root: string,
  { state }: Stack,
  config: PlanEngineConfig,
  environment: NodeJS.ProcessEnv,
): Record<string, string> {
  const passed = config.environment.map((name) => [name, environment[name]] as const)
  return {
    ...Object.fromEntries(passed.filter((pair): pair is [string, string] => pair[1] !== undefined)),
    PATH: environment.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: join(root, 'home'),
    TMPDIR: join(root, 'tmp'),
    LC_ALL: 'C.UTF-8',
    TF_IN_AUTOMATION: '1',
    TF_INPUT: '0',
    TF_CLI_CONFIG_FILE: join(root, 'engine.rc'),
    TF_DATA_DIR: join(root, 'data'),
    CHECKPOINT_DISABLE: '1',
    TF_HTTP_USERNAME: state.username,
    TF_HTTP_PASSWORD: state.password,
  }
}

/** Providers come from the mirror and the allowed registries alone. Without a mirror an empty folder stands for it. */
function settingsOf(
  { provider_mirror: mirror, provider_sources: sources }: PlanEngineConfig,
  root: string,
): string {
  const text = JSON.stringify
  const direct = sources.length > 0 ? `  direct {\n    include = ${text(sources)}\n  }\n` : ''
  const exclude = sources.length > 0 ? `    exclude = ${text(sources)}\n` : ''
  return `disable_checkpoint = true
provider_installation {
  filesystem_mirror {
    path = ${text(mirror === '' ? join(root, 'tmp') : mirror)}
${exclude}  }
${direct}}
`
}
