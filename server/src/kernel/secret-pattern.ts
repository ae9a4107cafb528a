import { tokenShapes } from './token-shape.ts'

type Replacer = (whole: string, ...groups: string[]) => string
/** `kindOf`: what a finding is counted as, where one pattern finds many kinds. */
export type SecretPattern = {
  name: string
  pattern: RegExp
  by: Replacer
  kindOf?: (found: string) => string
}

export const mark = '[redacted]'

/** Most text has nothing of the kind: this is asked first. Every pattern below needs one of these, or a token that begins as one. */
export const suspicious =
  /passw|passwd|passphrase|passcode|_pass|_psk|_salt|sshpass|pwd|secret|token|key|credential|authoriz|bearer|basic|cookie|BEGIN|:\/\/|eyJ|sig=|"auth\\*"|connection|hooks?\b|webhook|curl|mysql|mariadb|:(?:5432|6432|\*):|jdbc:|splunk|ssws|Private-Lines|\d{4}[ -]?\d{4,6}[ -]?\d{4}/i

/** One pass for all of them. */
export const anyToken = new RegExp(
  `(?<![A-Za-z0-9_])(?:${tokenShapes.map(([, shape]) => shape).join('|')})`,
  'g',
)
const kinds = tokenShapes.map(([kind, shape]) => [kind, new RegExp(`^(?:${shape})`)] as const)
const tokenKind = (found: string): string => kinds.find(([, shape]) => shape.test(found))?.[0] ?? 'token'

const names =
  '(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|apikey|access[_-]?key|private[_-]?key|client[_-]?key(?:[_-]?data)?|secret[_-]?key|signing[_-]?key|encryption[_-]?key|account[_-]?key|shared[_-]?key|credentials?|connection[_-]?string|(?:auth|team|master|license|licence|service|integration|routing|application|storage|hmac|ssh|deploy|webhook|ingest|write|instrumentation)[_-]?key|secret[_-]?key[_-]?base|pre[_-]?shared[_-]?key|psk|passcode)'
export const secretName = new RegExp(`${names}$`, 'i')

/** What stands where a secret could and is none: a state, a reference, nothing. */
const noSecret =
  /^(?:true|false|null|nil|none|empty|undefined|<nil>|<none>|<empty>|<set.*>|required|invalid|expired|missing|incorrect|failed|failure|rejected|unknown|unauthorized|not|no|is|was|has|must|cannot|error|rotated|refreshed|renewed|found|from|for|\*+|\[redacted\]|redacted|\$[({].*|\{\{.*|\d{1,3})$/i
export const isSecretValue = (value: string): boolean => value !== '' && !noSecret.test(value)

const all: Replacer = () => mark
const afterFirst: Replacer = (_, before) => `${before}${mark}`

const value = String.raw`(\\+"[^"\r\n]{0,4096}?\\+"|"[^"\r\n]{0,4096}"|'[^'\r\n]{0,4096}'|(?!\[redacted\]|[=>])[^\s,;&"'\\<]{1,4096})`
const quotes = /^(\\*["']?)([\s\S]*?)(\\*["']?)$/

/** `before` and a value, in its quotes where it has some. */
const assigned: Replacer = (whole, before, given) => {
  const [, open = '', inner = '', close = ''] = quotes.exec(given ?? '') ?? []
  const isDirectory = /(?:^|[^a-z])(?:old)?pwd\W*$/i.test(before ?? '') && inner.startsWith('/')
  return isSecretValue(inner.replace(/[)\]}.:]{1,8}$/, '')) && !isDirectory
    ? `${before}${open}${mark}${close}`
    : whole
}

/** "the password is wrong1" is a sentence, "the password is hunter2" a secret: what is a state is left. */
const spokenSecret: Replacer = (whole, before) =>
  isSecretValue(whole.slice((before ?? '').length).replace(/[)\]}.:,!]{1,8}$/, ''))
    ? `${before}${mark}`
    : whole

/** Payment cards, by their check digit (ISO/IEC 7812-1 annex B). */
const card: Replacer = (whole) => (passesLuhn(whole) ? mark : whole)

/** First digits and lengths that issuers of cards use: numbers of devices and subscribers begin otherwise, or are of another length. */
const issued =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[068]\d{12}|35\d{14}|6(?:011|5\d\d|4[4-9]\d|2\d\d)\d{12,15})$/

function passesLuhn(text: string): boolean {
  const digits = text.replace(/\D/g, '')
  if (!issued.test(digits)) return false
  let sum = 0
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits[digits.length - 1 - at])
    const doubled = at % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
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
  {
    name: 'webhook_url',
    pattern:
      /((?:hooks\.zapier\.com\/hooks\/catch|[a-z0-9-]{1,63}\.webhook\.office\.com\/webhookb2|outlook\.office\.com\/webhook|chat\.googleapis\.com\/v1\/spaces|events\.pagerduty\.com\/integration|maker\.ifttt\.com\/trigger|hooks\.airtable\.com|api\.opsgenie\.com\/v1\/json)\/)[^\s"'<>]{8,}/g,
    by: afterFirst,
  },
  {
    name: 'scheme_key',
    pattern: /\b((?:GenieKey|Splunk|ApiKey|SSWS|Klaviyo-API-Key)[ \t]{1,4})(?=[\w-]*\d)[\w-]{16,}/g,
    by: afterFirst,
  },
  {
    name: 'curl_user',
    pattern: /(\bcurl\b[^\r\n]{0,512}?[ \t](?:-u|--user)[ \t=]{1,4}["']?[\w.@-]{1,128}:)[^\s"']{1,512}/g,
    by: afterFirst,
  },
  {
    name: 'mysql_password',
    pattern:
      /(\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\r\n]{0,512}?[ \t]-p)(?!\[redacted\])[^\s"'-][^\s"']{3,512}/g,
    by: afterFirst,
  },
  { name: 'sshpass', pattern: /(\bsshpass[ \t]{1,4}-p[ \t]{0,4})[^\s]{1,512}/g, by: afterFirst },
  {
    name: 'netrc',
    pattern: /(\b(?:login|user)[ \t]{1,4}\S{1,128}[ \t]{1,4}password[ \t]{1,4})\S{1,512}/g,
    by: afterFirst,
  },
  {
    name: 'pgpass',
    pattern: /((?<!\S)[\w.*-]{1,253}:(?:5432|6432|\*):[\w*-]{1,63}:[\w*-]{1,63}:)\S{1,512}/gm,
    by: afterFirst,
  },
  { name: 'oracle_url', pattern: /(jdbc:oracle:\w{2,8}:[\w.-]{1,64}\/)[^\s@/]{1,256}(?=@)/g, by: afterFirst },
  {
    name: 'spoken',
    pattern:
      /\b((?:password|passphrase|passcode|api key|secret key|access key)[ \t]{1,4}(?:is|was|of \w{1,32} is)[ \t]{1,4}["'`]?)(?=[^\s"'`]*\d)[^\s"'`]{4,256}/gi,
    by: spokenSecret,
  },
  {
    name: 'environment',
    pattern:
      /(?<![\w.-])([A-Za-z0-9_]{1,64}_(?:PASS|PSK|PASSCODE|SALT)[ \t]{0,4}=[ \t]{0,4})(?!\[redacted\])([^\s"',;]{4,512})/gi,
    by: assigned,
  },
  {
    name: 'putty_key',
    pattern: /(Private-Lines:[ \t]{0,4}\d{1,4}\s{1,4})(?:[A-Za-z0-9+/=]{4,128}\s{0,2}){1,128}/g,
    by: afterFirst,
  },
  {
    name: 'card_number',
    pattern: /(?<![\w.-])[2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}(?![\w-]|\.\d)/g,
    by: card,
  },
  { name: 'card_number', pattern: /(?<![\w.-])3[47]\d{2}[ -]?\d{6}[ -]?\d{5}(?![\w-]|\.\d)/g, by: card },
  { name: 'token', pattern: anyToken, by: all, kindOf: tokenKind },
]
export const email = /(?<![\w.+-])[\w.+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b/g
