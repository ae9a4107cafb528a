import { posix } from 'node:path'
import { Fault } from '../../kernel/fault.ts'
import { everyToken, type HclAttribute, type HclBlock, type HclBody, hclBody } from '../../kernel/hcl-body.ts'
import { type HclToken, hclTemplate, placeOf } from '../../kernel/hcl-token.ts'
import type { RepositoryFile } from '../../port/forge.ts'
import { refusedTypes } from '../../port/plan-code.ts'

/** Beginning of the files that are ours; one of the repository with it would stand in their way. */
export const ourFiles = 'zz_aiops_'

export type GuardOptions = { allowCode: boolean; moduleSources: readonly string[] }

/** Files and folders of modules that one configuration may have. */
const filesMax = 2_000

/**
 * Refuses with PLAN_FAILED a configuration that would run a program of its own, fetch code, read files beyond the repository, or keep its
 * state elsewhere: whoever may open a merge request must not run anything on this machine by having it planned. It goes by tokens and
 * follows the modules; what it cannot read or does not know to be a constant is refused. The plan is looked at again by `codeOfPlan`.
 */
export function guardFiles(files: readonly RepositoryFile[], folder: string, options: GuardOptions): void {
  const guard = new Guard(files, options)
  guard.folder(folder, folder)
}

type Place = { path: string; text: string; root: string }

class Guard {
  readonly #files = new Map<string, string>()
  readonly #byFolder = new Map<string, string[]>()
  readonly #options: GuardOptions
  readonly #seen = new Set<string>()
  constructor(files: readonly RepositoryFile[], options: GuardOptions) {
    this.#options = options
    for (const { path, content } of files) {
      this.#files.set(path, content)
      const folder = folderOf(path)
      this.#byFolder.set(folder, [...(this.#byFolder.get(folder) ?? []), path])
    }
  }

  /** `root`: the folder that the engine runs in. */
  folder(folder: string, root: string): void {
    const open = [folder]
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (this.#seen.has(next)) continue
      this.#seen.add(next)
      if (this.#seen.size > filesMax)
        throw new Fault('PLAN_FAILED', `There are more than ${filesMax} modules.`)
      for (const path of this.#byFolder.get(next) ?? [])
        if (isConfiguration(path)) open.push(...this.#file(path, root))
    }
  }

  /** The folders of the modules that it calls. */
  #file(path: string, root: string): string[] {
    if (posix.basename(path).startsWith(ourFiles))
      throw new Fault('PLAN_FAILED', `${path}: names that begin with ${ourFiles} are kept for the platform.`)
    if (this.#options.allowCode) return []
    if (path.endsWith('.json'))
      throw new Fault(
        'PLAN_FAILED',
        `${path}: configuration in JSON is not read here; write it in HCL, or set gitops.engine.allow_code.`,
      )
    const place = { path, text: this.#files.get(path) ?? '', root }
    const { body, tokens } = readOf(place)
    const modules = this.#body(body, place, [])
    this.#functions(tokens, place, folderOf(path))
    return modules
  }

  #body(body: HclBody, place: Place, above: readonly HclBlock[]): string[] {
    const inProvider = above.some(({ type }) => type === 'provider')
    for (const attribute of body.attributes)
      if ((inProvider && namesProgram(attribute)) || attribute.name === 'postrender')
        throw refused(place, attribute.start, `${attribute.name} names a program or files of this machine`)
    return body.blocks.flatMap((block) => {
      this.#block(block, place, above)
      const source = block.type === 'module' && above.length === 0 ? this.#module(block, place) : undefined
      return [...(source === undefined ? [] : [source]), ...this.#body(block.body, place, [...above, block])]
    })
  }

  #block(block: HclBlock, place: Place, above: readonly HclBlock[]): void {
    // `dynamic "x"` makes blocks of type x.
    const type = block.type === 'dynamic' ? (block.labels[0] ?? '') : block.type
    if (type === 'provisioner' || type === 'connection' || type === 'postrender')
      throw refused(place, block.start, `a ${type} runs programs`)
    if (typedBlocks.has(type) && refusedTypes.has(block.labels[0] ?? ''))
      throw refused(
        place,
        block.start,
        `${type} "${block.labels[0]}" runs programs, touches files here, or asks elsewhere with our credentials`,
      )
    if (above[0]?.type === 'provider' && programAttributes.has(type))
      throw refused(place, block.start, `${type} names a program`)
    if (above[0]?.type !== 'terraform') return
    if (type === 'encryption')
      throw refused(place, block.start, 'keys of an encryption may come from a program')
    if ((type === 'backend' || type === 'cloud') && isOverride(place.path))
      throw refused(place, block.start, 'an override may not name where the state is kept')
  }

  /** Undefined for one that may be fetched. */
  #module(block: HclBlock, place: Place): string | undefined {
    const source = block.body.attributes.find(({ name }) => name === 'source')
    const [token, ...more] = source?.value ?? []
    if (!source || token?.kind !== 'STRING' || token.templates.length > 0 || more.length > 0)
      throw refused(place, block.start, `the source of module "${block.labels[0]}" is no constant`)
    if (!/^\.{1,2}\//.test(token.text) && token.text !== '.' && token.text !== '..') {
      if (this.#options.moduleSources.some((start) => token.text.startsWith(start))) return undefined
      throw refused(place, source.start, 'a module from outside the repository')
    }
    return within(folderOf(place.path), token.text) ?? fail(refused(place, source.start, beyond))
  }

  #functions(tokens: readonly HclToken[], place: Place, moduleFolder: string | undefined): void {
    for (const part of everyToken(tokens)) {
      const read = part.filter(({ kind }) => kind !== 'COMMENT' && kind !== 'NEWLINE')
      for (const [at, token] of read.entries()) {
        if (token.kind !== 'IDENT' || !fileFunctions.has(token.text)) continue
        if (read[at + 1]?.text !== '(' || read[at + 1]?.kind !== 'PUNCTUATION') continue
        const path = constantPath(read.slice(at + 2), place.root, moduleFolder)
        if (token.text === 'templatestring' || path === undefined)
          throw refused(place, token.start, `${token.text}() may read files beyond the repository`)
        if (token.text === 'fileset' && !isInnerPattern(read[at + 4]))
          throw refused(place, token.start, 'fileset() may look beyond the repository')
        if (token.text === 'templatefile') this.#template(path, place)
      }
    }
  }

  /** Templates call functions too. */
  #template(path: string, { root, path: from }: Place): void {
    const text = this.#files.get(path)
    if (text === undefined || this.#seen.has(`template ${path}`)) return
    this.#seen.add(`template ${path}`)
    const place = { path, text, root }
    try {
      this.#functions([hclTemplate(text)], place, undefined)
    } catch (error) {
      if (error instanceof Fault && error.code !== 'PLAN_FAILED')
        throw new Fault('PLAN_FAILED', `${path}, a template of ${from}: ${error.message}`)
      throw error
    }
  }
}

const typedBlocks = new Set(['data', 'resource', 'ephemeral', 'action', 'list'])
/**
 * Of provider blocks: the Kubernetes and Helm providers' exec, and kubeconfig files, which name programs too; the AWS and Alibaba Cloud
 * providers' files, which may name a credential_process, or whose content is sent to an endpoint that the block itself names.
 */
const programAttributes = new Set([
  ...['exec', 'credential_process', 'config_path', 'config_paths', 'kubeconfig', 'token_helper'],
  ...[
    'shared_config_files',
    'shared_credentials_files',
    'shared_credentials_file',
    'web_identity_token_file',
  ],
])
/** Of provider blocks, where newer providers take as one value what used to be a block. Within it the names above count too. */
const nestedAttributes = new Set(['kubernetes', 'assume_role_with_web_identity', 'assume_role_with_oidc'])
const fileFunctions = new Set([
  ...['file', 'fileexists', 'fileset', 'filebase64', 'filebase64sha256', 'filebase64sha512', 'filemd5'],
  ...['filesha1', 'filesha256', 'filesha512', 'templatefile', 'templatestring'],
])

/** Of a value that may hold one of the names only an object written out, with plain keys, is known to hold none. */
function namesProgram({ name, value: [first, ...rest] }: HclAttribute): boolean {
  if (programAttributes.has(name)) return true
  if (!nestedAttributes.has(name)) return false
  if (first?.kind !== 'PUNCTUATION' || first.text !== '{') return true
  let depth = 1
  let isKey = true
  for (const [at, { kind, text, templates }] of rest.entries()) {
    const sign = kind === 'PUNCTUATION' ? text : ''
    if (depth === 1 && sign === '}') return at < rest.length - 1
    if (depth === 1 && (kind === 'NEWLINE' || sign === ',')) isKey = true
    else if (isKey) {
      const isPlain = (kind === 'IDENT' && text !== 'for') || (kind === 'STRING' && templates.length === 0)
      if (!isPlain || programAttributes.has(text)) return true
      isKey = false
    } else if (/^[{[(]$/.test(sign)) depth += 1
    else if (/^[}\])]$/.test(sign)) depth -= 1
  }
  return true
}

const folderOf = (path: string): string => (path.includes('/') ? posix.dirname(path) : '')
const isConfiguration = (path: string): boolean => /\.(tf|tofu)(\.json)?$/.test(path)
const isOverride = (path: string): boolean => /(^|\/|_)override\.(tf|tofu)$/.test(path)
const beyond = 'it leads out of the repository'

function readOf({ path, text }: Place): ReturnType<typeof hclBody> {
  try {
    return hclBody(text)
  } catch (error) {
    throw error instanceof Fault ? new Fault('PLAN_FAILED', `${path}: ${error.message}`) : error
  }
}

/** Where a path of the repository leads; undefined where it leads out of it. */
function within(folder: string, path: string): string | undefined {
  if (path.includes('\\') || path.includes('\0')) return undefined
  const joined = posix.normalize(posix.join(folder, path)).replace(/\/$/, '')
  if (joined === '..' || joined.startsWith('../') || joined.startsWith('/')) return undefined
  return joined === '.' ? '' : joined
}

/** `"a/b"`, `"${path.module}/a/b"` or `"${path.root}/a/b"`, up to a comma or the bracket; undefined for all else. */
function constantPath(
  tokens: readonly HclToken[],
  root: string,
  moduleFolder: string | undefined,
): string | undefined {
  const [token, end] = tokens
  if (token?.kind !== 'STRING' || end?.kind !== 'PUNCTUATION' || (end.text !== ',' && end.text !== ')'))
    return undefined
  const [template, ...more] = token.templates
  if (!template) return /^[/~]/.test(token.text) ? undefined : within(root, token.text)
  const said = template.tokens.map(({ text }) => text).join('')
  const base = said === 'path.module' ? moduleFolder : said === 'path.root' ? root : undefined
  if (more.length > 0 || template.at !== 0 || base === undefined) return undefined
  return token.text === '' || token.text.startsWith('/') ? within(base, `.${token.text}`) : undefined
}

/** `{..,x}` and escaped dots are steps up to some engines. */
const isInnerPattern = (token: HclToken | undefined): boolean =>
  token?.kind === 'STRING' && token.templates.length === 0 && !/\.\.|\\|^\//.test(token.text)

function refused({ path, text }: Place, offset: number, why: string): Fault {
  const { line } = placeOf(text, offset)
  return new Fault(
    'PLAN_FAILED',
    `${path}, line ${line}: ${why}, so no plan is run of it. An administrator can allow it under gitops.engine.`,
  )
}

function fail(error: Error): never {
  throw error
}
