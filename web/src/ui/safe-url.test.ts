import { expect, it } from 'vitest'
import { safeUrl } from './safe-url.ts'

it('lets a link lead only to web addresses', () => {
  expect(safeUrl('https://prometheus.example/graph?g0=1')).toBe('https://prometheus.example/graph?g0=1')
  for (const bad of [
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    '/relative',
    '',
    undefined,
  ])
    expect(safeUrl(bad)).toBeUndefined()
})
