import { Fault } from '../../kernel/fault.ts'
import { isBranchName } from '../../port/git-repositories.ts'

/** One line of what a push asks for; `none` is the hash of what is not. */
export type PushCommand = { ref: string; from: string; to: string }
export type PushRequest = { commands: PushCommand[]; capabilities: string }

export const none = '0'.repeat(40)
const commandsMax = 1_000
const headsPrefix = 'refs/heads/'
const tagsPrefix = 'refs/tags/'

/**
 * The commands at the beginning of a push: pkt-lines `old new ref`, the first with capabilities after a NUL, up to a flush
 * (gitprotocol-pack(5), "Reference Update Request"). Anything else, such as a signed push, is refused: what is not understood is not let by.
 */
export function pushRequest(body: Uint8Array): PushRequest {
  const commands: PushCommand[] = []
  let capabilities = ''
  for (let at = 0; ; ) {
    const length = lengthAt(body, at)
    if (length === 0) return { commands, capabilities }
    const line = Buffer.from(body.subarray(at + 4, at + length)).toString('utf8')
    at += length
    const end = line.indexOf('\0')
    if (end >= 0 && commands.length === 0) capabilities = line.slice(end + 1).trim()
    const text = (end >= 0 ? line.slice(0, end) : line).replace(/\n$/, '')
    if (/^shallow [0-9a-f]{40}$/.test(text)) continue
    const match = /^([0-9a-f]{40}) ([0-9a-f]{40}) (\S+)$/.exec(text)
    if (!match) throw malformed()
    const [, from = none, to = none, ref = ''] = match
    commands.push({ ref, from, to })
    if (commands.length > commandsMax)
      throw new Fault('BODY_TOO_LARGE', `A push changes at most ${commandsMax} branches and tags.`)
  }
}

/** 0 for a flush. */
function lengthAt(body: Uint8Array, at: number): number {
  const digits = Buffer.from(body.subarray(at, at + 4)).toString('latin1')
  if (!/^[0-9a-f]{4}$/i.test(digits)) throw malformed()
  const length = Number.parseInt(digits, 16)
  if (length === 0) return 0
  if (length < 5 || at + length > body.length) throw malformed()
  return length
}

const malformed = (): Fault => new Fault('INVALID_REQUEST', 'That is no push that is understood here.')

export type PushRules = {
  isProtected(branch: string): boolean
  /** Who pushes may push to protected branches, without setting them back. */
  mayPush(branch: string): boolean
  /** The default branch of a repository that is still empty is pushed by whoever begins it. */
  mayBegin(branch: string): boolean
}

/** Why a command is refused, in words that git shows; undefined: it is not. */
export function refusal({ ref, from, to }: PushCommand, rules: PushRules): string | undefined {
  if (ref.startsWith(tagsPrefix)) {
    if (!isBranchName(ref.slice(tagsPrefix.length))) return 'that is no name for a tag'
    return from === none ? undefined : 'tags are neither moved nor deleted'
  }
  if (!ref.startsWith(headsPrefix)) return 'only branches and tags are taken'
  const branch = ref.slice(headsPrefix.length)
  if (!isBranchName(branch)) return 'that is no name for a branch'
  if (!rules.isProtected(branch)) return undefined
  if (to === none) return 'protected branch, it is not deleted'
  if (rules.mayPush(branch)) return undefined
  if (from === none && rules.mayBegin(branch)) return undefined
  return 'protected branch, open a merge request'
}

/** The answer to a push of which nothing was taken (report-status), with lines for people where the other side shows them. */
export function refusedReport(
  { commands, capabilities }: PushRequest,
  reasons: ReadonlyMap<string, string>,
  sentences: readonly string[],
): Buffer {
  const lines = commands.map(
    ({ ref }) => `ng ${ref} ${reasons.get(ref) ?? 'not taken: another part of this push was refused'}\n`,
  )
  const report = Buffer.concat([...['unpack ok\n', ...lines].map(packet), flush])
  const words = new Set(capabilities.split(' '))
  if (!words.has('report-status') && !words.has('report-status-v2')) return flush
  if (!words.has('side-band-64k')) return report
  const shown = sentences.map((sentence) =>
    packet(Buffer.concat([Buffer.from([2]), Buffer.from(`${sentence}\n`)])),
  )
  const parts: Buffer[] = []
  for (let at = 0; at < report.length; at += 65_000)
    parts.push(packet(Buffer.concat([Buffer.from([1]), report.subarray(at, at + 65_000)])))
  return Buffer.concat([...shown, ...parts, flush])
}

const flush = Buffer.from('0000')

function packet(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content)
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes])
}
