import { expect, it } from 'vitest'
import { checkOrigin } from './origin.ts'

const denied = expect.objectContaining({ code: 'ORIGIN_DENIED' })

it.each(['localhost:8080', '127.0.0.1', '127.0.0.2:9', '[::1]:8080', 'aiops.lan:8080'])(
  'answers to %s',
  (host) => {
    expect(() => checkOrigin({ host, origin: `http://${host}` }, false, ['aiops.lan'])).not.toThrow()
    expect(() => checkOrigin({ host }, false, ['aiops.lan'])).not.toThrow()
  },
)

it.each(['evil.example', 'localhost.evil.example', '', '127.0.0.1.evil.example:80'])(
  'does not answer to %j where no key is asked for (DNS rebinding)',
  (host) => {
    expect(() => checkOrigin({ host }, false, [])).toThrowError(denied)
  },
)

it.each(['http://evil.example', 'null', 'http://localhost:9999', 'http://localhost:8080.evil.example'])(
  'refuses a page of %s',
  (origin) => {
    expect(() => checkOrigin({ host: 'localhost:8080', origin }, false, [])).toThrowError(denied)
    expect(() => checkOrigin({ host: 'localhost:8080', origin }, true, [])).toThrowError(denied)
  },
)
