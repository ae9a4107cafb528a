/** Takes secrets out of text that leaves the platform. What is taken out is replaced by `[redacted]`, and counted by kind. */
export class Redaction {
  readonly counts: Record<string, number> = {}
  readonly #emails: boolean
  /** `emails`: addresses of people too. */
  constructor({ emails = false }: { emails?: boolean } = {}) {
    this.#emails = emails
  }

  text(text: string): string {
    let result = text
    if (suspicious.test(text)) {
      for (const { name, pattern, by } of secretPatterns) result = this.#replace(result, name, pattern, by)
    }
    return this.#emails && result.includes('@') ? this.#replace(result, 'email', email, () => mark) : result
  }

  /** Strings within a value; those under a name that speaks of a secret go as a whole. Not deeper than 64 levels. */
  value(value: unknown, depth = 0): unknown {
    if (typeof value === 'string') return this.text(value)
    if (typeof value !== 'object' || value === null) return value
    if (depth > 64) return null
    if (Array.isArray(value)) return value.map((one) => this.value(one, depth + 1))
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#field(key, one, depth)]))
  }

  #field(key: string, value: unknown, depth: number): unknown {
    const isSecret = typeof value === 'string' && secretName.test(key) && isSecretValue(value)
    if (!isSecret) return this.value(value, depth + 1)
    this.#count('field')
    return mark
  }

  #replace(text: string, name: string, pattern: RegExp, by: Replacer): string {
    return text.replace(pattern, (whole: string, ...groups: string[]) => {
      const replaced = by(whole, ...groups)
      if (replaced !== whole) this.#count(name)
      return replaced
    })
  }

  #count(name: string): void {
    this.counts[name] = (this.counts[name] ?? 0) + 1
  }
}

const mark = '[redacted]'
type Replacer = (whole: string, ...groups: string[]) => string
type SecretPattern = { name: string; pattern: RegExp; by: Replacer }

/** Most text has nothing of the kind: this is asked first. Every pattern below needs one of these. */
const suspicious =
  /passw|passwd|passphrase|pwd|secret|token|key|credential|authoriz|bearer|basic|cookie|BEGIN|:\/\/|eyJ|A[KS]IA|gh[pousr]_|github_pat|gl[a-z]{2,5}-|glsa_|xox|xapp-|AIza|ya29|[sr]k[-_]|npm_|pypi-|dckr_|SG\.|hvs\.|hf_|dop_v1|sha256~|nvapi|dapi|8Q~|sig=|"auth\\*"|:AA[\w-]{30}|connection|[a-z0-9]{6}\.[a-z0-9]{16}/i

const names =
  '(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|private[_-]?key|client[_-]?key(?:[_-]?data)?|secret[_-]?key|signing[_-]?key|encryption[_-]?key|account[_-]?key|shared[_-]?key|credentials?|connection[_-]?string)'
const secretName = new RegExp(`${names}$`, 'i')

/** What stands where a secret could and is none: a state, a reference, nothing. */
const noSecret =
  /^(?:true|false|null|nil|none|empty|undefined|<nil>|<none>|<empty>|<set.*>|required|invalid|expired|missing|incorrect|failed|failure|rejected|unknown|unauthorized|not|no|is|was|has|must|cannot|error|rotated|refreshed|renewed|found|from|for|\*+|\[redacted\]|redacted|\$[({].*|\{\{.*|\d{1,3})$/i
const isSecretValue = (value: string): boolean => value !== '' && !noSecret.test(value)

const all: Replacer = () => mark
const afterFirst: Replacer = (_, before) => `${before}${mark}`

const value = String.raw`(\\+"[^"\r\n]{0,4096}?\\+"|"[^"\r\n]{0,4096}"|'[^'\r\n]{0,4096}'|(?!\[redacted\]|[=>])[^\s,;&"'\\<]{1,4096})`
const quotes = /^(\\*["']?)([\s\S]*?)(\\*["']?)$/

/** `before` and a value, in its quotes where it has some. */
const assigned: Replacer = (whole, before, given) => {
  const [, open = '', inner = '', close = ''] = quotes.exec(given ?? '') ?? []
  const isDirectory = /(?:^|[^a-z])pwd\W*$/i.test(before ?? '') && inner.startsWith('/')
  return isSecretValue(inner.replace(/[)\]}.:]{1,8}$/, '')) && !isDirectory
    ? `${before}${open}${mark}${close}`
    : whole
}

/**
 * In the order in which they are looked for, the wide before the narrow. Each is linear in its text: repetitions are bounded, or of classes
 * that what follows them is not in.
 */
export const secretPatterns: readonly SecretPattern[] = [
  {
    name: 'private_key',
    pattern:
      /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]{0,10}-----(?:(?!-----END)[\s\S]){0,16384}(?:-----END [A-Z0-9 ]{0,60}-----)?/g,
    by: all,
  },
  {
    name: 'authorization',
    pattern:
      /\b((?:proxy-)?authorization(?:\\*["'])?[ \t]{0,8}[:=][ \t]{0,8}(?:\\*["'])?(?:(?:basic|bearer|negotiate|token|apikey)[ \t]{1,4}))[^\s"',;\\]{4,}/gi,
    by: afterFirst,
  },
  {
    name: 'authorization',
    pattern:
      /\b((?:proxy-)?authorization(?:\\*["'])?[ \t]{0,8}[:=][ \t]{0,8}(?:\\*["'])?(?:digest|aws4-hmac-sha256|oauth|hawk)\s)[^\r\n]{4,4096}/gi,
    by: afterFirst,
  },
  {
    name: 'authorization',
    pattern:
      /\b(authorization(?:\\*["'])?[ \t]{0,8}[:=][ \t]{0,8}(?:\\*["'])?)(?=[^\s"']*\d)[^\s"',;\\[]{12,}/gi,
    by: afterFirst,
  },
  { name: 'bearer', pattern: /\b(bearer[ \t]{1,4})(?=[\w.~+/=-]*\d)[\w.~+/=-]{8,}/gi, by: afterFirst },
  {
    name: 'basic',
    pattern:
      /\b((?:basic|Basic|BASIC)[ \t]{1,4})(?=[A-Za-z0-9+/]*(?:[0-9+/=]|[a-z][A-Z]))[A-Za-z0-9+/]{8,}={0,2}/g,
    by: afterFirst,
  },
  {
    name: 'cookie',
    pattern:
      /\b((?:set-)?cookie(?:\\*["'])?[ \t]{0,8}[:=][ \t]{0,8}(?:\\*["'])?)(?=[\w.$-]{1,256}=)[^\r\n"']{1,8192}/gi,
    by: afterFirst,
  },
  {
    name: 'url_password',
    pattern: /\b([a-z][a-z0-9+.-]{1,30}:\/\/[^\s/:@"'<>]{0,256}:)(?!\[redacted\])[^\s/"'<>]{1,512}@/gi,
    by: (_, before) => `${before}${mark}@`,
  },
  {
    name: 'url_token',
    pattern: /\b(https?:\/\/)[\w~.-]{20,512}@/gi,
    by: (_, before) => `${before}${mark}@`,
  },
  {
    name: 'webhook_url',
    pattern: /(hooks\.slack\.com\/(?:services|workflows)\/)[\w/-]{8,}/g,
    by: afterFirst,
  },
  { name: 'webhook_url', pattern: /(discord(?:app)?\.com\/api\/webhooks\/)[\w/-]{8,}/g, by: afterFirst },
  {
    name: 'signature',
    pattern: /([?&](?:sig|x-amz-signature|x-goog-signature)=)[^&\s"']{8,}/gi,
    by: afterFirst,
  },
  { name: 'jwt', pattern: /\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*){0,4}/g, by: all },
  {
    name: 'docker_auth',
    pattern: /(\\*"auth\\*"[ \t]{0,8}:[ \t]{0,8}\\*")[A-Za-z0-9+/=]{4,}/g,
    by: afterFirst,
  },
  {
    name: 'assignment',
    pattern: new RegExp(
      String.raw`((?<![\w.-])[\w.-]{0,64}?${names}(?:\\*["'])?[ \t]{0,8}(?::=|=>|[:=])[ \t]{0,8})${value}`,
      'gi',
    ),
    by: assigned,
  },
  {
    name: 'flag',
    pattern: new RegExp(
      String.raw`((?<![\w-])--?(?:[a-z]{1,32}-){0,4}${names}[ \t]{1,8})(?!-)${value}`,
      'gi',
    ),
    by: assigned,
  },
  {
    name: 'element',
    pattern: new RegExp(String.raw`(<[\w:.-]{0,64}?${names}(?:\s[^<>]{0,200})?>)([^<]{1,4096})`, 'gi'),
    by: afterFirst,
  },
  { name: 'aws_key', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, by: all },
  { name: 'github_token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{22,})/g, by: all },
  { name: 'gitlab_token', pattern: /\bgl(?:pat|dt|rt|ptt|agent)-[\w-]{20,}/g, by: all },
  { name: 'slack_token', pattern: /\b(?:xox[abeprs]|xapp)-[\w-]{10,}/g, by: all },
  { name: 'google_key', pattern: /\b(?:AIza[\w-]{35}|ya29\.[\w-]{20,})/g, by: all },
  { name: 'stripe_key', pattern: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/g, by: all },
  { name: 'model_key', pattern: /\bsk-[\w-]{20,}|\bhf_[A-Za-z0-9]{30,}|\bnvapi-[\w-]{20,}/g, by: all },
  {
    name: 'registry_token',
    pattern: /\bnpm_[A-Za-z0-9]{36}|\bpypi-[\w-]{16,}|\bdckr_(?:pat|oat)_[\w-]{20,}/g,
    by: all,
  },
  { name: 'sendgrid_key', pattern: /\bSG\.[\w-]{16,}\.[\w-]{16,}/g, by: all },
  { name: 'vault_token', pattern: /\bhv[sbr]\.[\w-]{20,}/g, by: all },
  { name: 'openshift_token', pattern: /\bsha256~[\w-]{43}/g, by: all },
  { name: 'grafana_token', pattern: /\bglsa_[A-Za-z0-9]{32}_[a-f0-9]{8}/g, by: all },
  {
    name: 'cloud_token',
    pattern: /\bdop_v1_[a-f0-9]{64}|\bdapi[a-f0-9]{32}|(?<![\w~.-])[\w~.-]{3}8Q~[\w~.-]{31,34}/g,
    by: all,
  },
  { name: 'bot_token', pattern: /\b\d{8,10}:AA[\w-]{33}/g, by: all },
  { name: 'age_key', pattern: /\bAGE-SECRET-KEY-1[A-Z0-9]{58}/g, by: all },
  {
    name: 'bootstrap_token',
    pattern: /(?<![\w.-])[a-z0-9]{6}\.(?=[a-z]*\d)[a-z0-9]{16}(?![\w.-])/g,
    by: all,
  },
]
const email = /(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b/g
