import { expect, it } from 'vitest'
import { idle, type KeyStroke, leaderMsMax, press } from './shortcut.ts'

const key = (name: string, part: Partial<KeyStroke> = {}): KeyStroke => ({
  key: name,
  ctrl: false,
  meta: false,
  alt: false,
  typing: false,
  atMs: 0,
  ...part,
})
const targets = ['o', 'i']

it('g and then a letter goes to a page', () => {
  const { state, action } = press(idle, key('g'), targets)
  expect(action).toBeUndefined()
  expect(press(state, key('i', { atMs: 300 }), targets).action).toEqual({ type: 'go', key: 'i' })
})

it('a letter alone, a late one, or another letter goes nowhere', () => {
  const { state } = press(idle, key('g'), targets)
  expect(press(idle, key('i'), targets).action).toBeUndefined()
  expect(press(state, key('i', { atMs: leaderMsMax + 1 }), targets).action).toBeUndefined()
  expect(press(state, key('x'), targets)).toEqual({ state: idle })
})

it('typing in a field is never taken for a shortcut, except for the palette', () => {
  expect(press(idle, key('g', { typing: true }), targets).state).toEqual(idle)
  expect(press(idle, key('?', { typing: true }), targets).action).toBeUndefined()
  expect(press(idle, key('k', { typing: true, ctrl: true }), targets).action).toEqual({ type: 'palette' })
  expect(press(idle, key('K', { meta: true }), targets).action).toEqual({ type: 'palette' })
})

it('the browser keeps its own combinations', () => {
  expect(press(idle, key('g', { ctrl: true }), targets)).toEqual({ state: idle })
})
