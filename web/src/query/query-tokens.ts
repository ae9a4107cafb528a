import type { StreamParser } from '@codemirror/language'

/** Colours for a query language that has strings, numbers, functions and a few words of its own; no more than that is understood. */
export function queryTokens(words: string): StreamParser<null> {
  const keywords = new Set(words.split(' '))
  return {
    token(stream) {
      if (stream.eatSpace()) return null
      if (stream.match('#')) {
        stream.skipToEnd()
        return 'comment'
      }
      if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^`[^`]*`?/)) return 'string'
      if (stream.match(/^\d[\d.]*(?:ns|us|µs|ms|[smhdwyBKMGT]i?B?)*/)) return 'number'
      const word = stream.match(/^[a-zA-Z_][\w.:]*/)
      if (word && typeof word !== 'boolean') {
        if (keywords.has(word[0])) return 'keyword'
        return stream.match(/^\s*\(/, false) ? 'variableName.function' : 'labelName'
      }
      stream.next()
      return null
    },
  }
}
