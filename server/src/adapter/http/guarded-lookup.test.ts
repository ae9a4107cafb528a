import { expect, it } from 'vitest'
import { oneAtATime } from './guarded-lookup.ts'

it('looks a name up once for all who ask meanwhile, and anew for who asks later, failures too', async () => {
  const asked: string[] = []
  let answer: (error?: Error) => void = () => {}
  const resolve = oneAtATime((host) => {
    asked.push(host)
    return new Promise((found, reject) => {
      answer = (error) => (error ? reject(error) : found([{ address: '192.0.2.1', family: 4 }]))
    })
  })
  const [one, two] = [resolve('a.example'), resolve('a.example')]
  answer(new Error('not now'))
  await expect(one).rejects.toThrow('not now')
  await expect(two).rejects.toThrow('not now')
  const later = resolve('a.example')
  answer()
  expect(await later).toEqual([{ address: '192.0.2.1', family: 4 }])
  void resolve('b.example')
  expect(asked).toEqual(['a.example', 'a.example', 'b.example'])
})
