/**
 * How many tokens a text is at most, without a tokenizer: Kubernetes text has about 2.3 characters a token with byte-pair encodings, so
 * 2.2 bounds it; digits are tokens of their own to some models, and signs that are not ASCII one a byte at worst.
 */
export const charactersPerToken = 2.2
/** What a message costs beside its text: its role and the marks around it. */
export const messageTokens = 8
const modelsMax = 64
/** The estimate is never trusted further down than this, and is raised no further than that. */
const scaleMin = 0.5
const scaleMax = 2
/** Kept between the estimate and what a server reported, as the next text differs. */
const margin = 1.15
/** Of a window, kept free for what a server adds around messages and tools. */
const windowMargin = 0.06

export class TokenEstimate {
  readonly #scales = new Map<string, number>()

  /** Of a text, for one model; without a name, the safe bound. */
  tokens(text: string, model?: string): number {
    const scale = model === undefined ? 1 : (this.#scales.get(model) ?? 1)
    return Math.ceil(safeTokens(text) * scale)
  }

  /** Tokens, by the safe estimate, that a prompt may have beside an answer of `answer` tokens. */
  promptMax(windowTokens: number, answer: number, model?: string): number {
    const scale = model === undefined ? 1 : (this.#scales.get(model) ?? 1)
    return Math.max(0, Math.floor((windowTokens * (1 - windowMargin) - answer) / scale))
  }

  /** What a server said that a prompt had, beside what was estimated without a scale. Up at once, down slowly. */
  learn(model: string, estimated: number, reported: number): void {
    if (!(estimated > 50) || !(reported > 0)) return
    const seen = Math.min(Math.max((reported / estimated) * margin, scaleMin), scaleMax)
    const known = this.#scales.get(model) ?? 1
    const next = seen > known ? seen : known * 0.8 + seen * 0.2
    this.#scales.delete(model)
    this.#scales.set(model, next)
    if (this.#scales.size > modelsMax) this.#scales.delete(this.#scales.keys().next().value ?? '')
  }
}

export function safeTokens(text: string): number {
  let ascii = 0
  let digits = 0
  let other = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code >= 48 && code <= 57) digits += 1
    else if (code < 128) ascii += 1
    else other += code < 2_048 ? 1.5 : 2
  }
  return Math.ceil(Math.max((ascii + digits) / charactersPerToken, digits + ascii / 4.5) + other)
}

/** As much of a text as fits, cut at a space where there is one near, with a sign that it was. */
export function cutToTokens(text: string, tokens: number): string {
  if (safeTokens(text) <= tokens) return text
  let low = 0
  let high = Math.min(text.length, Math.max(0, tokens * 5))
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (safeTokens(text.slice(0, middle)) + 1 <= tokens) low = middle
    else high = middle - 1
  }
  const cut = text.slice(0, low)
  const space = cut.lastIndexOf(' ')
  const kept = (space > low * 0.7 ? cut.slice(0, space) : cut).replace(/[\ud800-\udbff]$/, '')
  return kept === '' ? '' : `${kept}…`
}
