/** What a scripted model says, and how it fails. The first rule that fits and is not used up answers. */
export type Script = { models?: readonly string[]; rules: readonly Rule[] }

export type Rule = {
  /** Texts that must be contained, whatever their case. `user`: in the last user message; `tool`: in the results since then. */
  when?: { user?: string; tool?: string; system?: string }
  /** How often it answers; always where absent. */
  times?: number
  say?: readonly Said[]
  /** Tokens as the server tells them; null tells nothing. */
  usage?: { input: number; output: number } | null
  finish?: 'STOP' | 'CUT' | 'FILTERED'
  fault?: ScriptFault
  /** Wait before the first byte, in milliseconds. */
  delayMs?: number
  /** Wait between pieces, in milliseconds. */
  pieceMs?: number
  /** Characters of one piece of text or arguments; 8 where absent. */
  pieceChars?: number
  /** Bytes of one write to the connection: 1 splits each UTF-8 character and each line. Whole frames where absent. */
  writeBytes?: number
  /** The stream ends without its last event (`[DONE]`, `message_stop`). */
  noDone?: boolean
}

/**
 * Words, or a call of a tool; `arguments` as text is sent as it is. `repeat` says a text many times over. `echo` says what stands in what
 * was asked, between two texts or all of it: how a model that only rewrites is played, or one that betrays its prompt.
 */
export type Said =
  | string
  | { call: string; arguments: Readonly<Record<string, unknown>> | string; id?: string }
  | { repeat: string; times: number }
  | { echo: keyof Asked; between?: readonly [string, string] }

export type ScriptFault =
  | { type: 'STATUS'; status: number; headers?: Readonly<Record<string, string>>; message?: string }
  /** Says nothing more after so many pieces; 0: not even the head of the answer. */
  | { type: 'STALL'; after: number }
  /** Breaks the connection after so many pieces. */
  | { type: 'CUT'; after: number }
  /** Ends the answer properly after so many pieces, without its end. */
  | { type: 'END'; after: number }
  /** Something that is no JSON after so many pieces. */
  | { type: 'GARBAGE'; after: number }
  /** The protocol's own error event after so many pieces. */
  | { type: 'ERROR'; after: number; message: string }

/** What rules are matched against, read from a request of any protocol. */
export type Asked = { system: string; user: string; tools: string }

/** What is said, in the form that each protocol writes down. */
export type Turn = {
  parts: readonly (
    | { type: 'text'; text: string }
    | { type: 'call'; id: string; name: string; arguments: string }
  )[]
  usage: { input: number; output: number } | null
  finish: 'STOP' | 'CUT' | 'FILTERED'
  model: string
  pieceChars: number
}

/** Frames of the stream: faults are counted in `content`. */
export type Frames = { opening: string[]; content: string[]; closing: string[]; done: string[] }

export function ruleOf(script: Script, asked: Asked, used: ReadonlyMap<Rule, number>): Rule | undefined {
  const within = (wanted: string | undefined, text: string): boolean =>
    wanted === undefined || text.toLowerCase().includes(wanted.toLowerCase())
  return script.rules.find(
    (rule) =>
      (used.get(rule) ?? 0) < (rule.times ?? Number.POSITIVE_INFINITY) &&
      within(rule.when?.user, asked.user) &&
      within(rule.when?.system, asked.system) &&
      // A rule about words is for the first step of a turn; one about a tool's result for those after it.
      (rule.when?.tool === undefined
        ? rule.when?.user === undefined || asked.tools === ''
        : asked.tools !== '' && within(rule.when.tool, asked.tools)),
  )
}

export function turnOf(rule: Rule, model: string, asked: Asked = { system: '', user: '', tools: '' }): Turn {
  const parts = (rule.say ?? ['Fine.']).map((said, index) => {
    if (typeof said === 'string') return { type: 'text' as const, text: said }
    if ('repeat' in said) return { type: 'text' as const, text: said.repeat.repeat(said.times) }
    if ('echo' in said) return { type: 'text' as const, text: between(asked[said.echo], said.between) }
    const text = typeof said.arguments === 'string' ? said.arguments : JSON.stringify(said.arguments)
    return { type: 'call' as const, id: said.id ?? `call_${index}`, name: said.call, arguments: text }
  })
  return {
    parts,
    usage: rule.usage === undefined ? { input: 11, output: 7 } : rule.usage,
    finish: rule.finish ?? 'STOP',
    model,
    pieceChars: rule.pieceChars ?? 8,
  }
}

function between(text: string, [before, after]: readonly [string, string] = ['', '']): string {
  const from = text.indexOf(before)
  if (from < 0) return ''
  const rest = text.slice(from + before.length)
  const to = after === '' ? -1 : rest.indexOf(after)
  return (to < 0 ? rest : rest.slice(0, to)).trim()
}

/** By code points, so that text is not broken within one before it is written. */
export function piecesOf(text: string, chars: number): string[] {
  const points = [...text]
  const pieces: string[] = []
  for (let at = 0; at < points.length; at += chars) pieces.push(points.slice(at, at + chars).join(''))
  return pieces
}

export const dataFrame = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`
export const eventFrame = (type: string, value: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...value })}\n\n`
