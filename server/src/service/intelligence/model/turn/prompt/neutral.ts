/** Marks by which models and their servers tell roles, tools and turns apart; in data they are only text. */
const specials =
  /<\|[^|<>\n]{0,64}\|>|<\/?(?:s|tool_call|tool_calls|tool_response|tool_result|tools|function|function_calls|invoke|parameter|system|assistant|user|human|instructions?|think|thinking|bos|eos|start_of_turn|end_of_turn|unk|pad|mask|im_start|im_end|begin_of_text|eot_id)(?:[\s=:][^<>\n]{0,120})?>|\[\/?(?:INST|SYS|TOOL_CALLS|AVAILABLE_TOOLS|TOOL_RESULTS|SYSTEM_PROMPT|B_SYS|E_SYS|IMG)\]|<<\/?SYS>>|<(?:start|end)_of_turn>|<(?:unused|reserved_special_token_?|extra_id_)\d{1,4}>|‹\/?evidence[^›]{0,80}›/gi
const roleLine =
  /^[ \t>*_#-]{0,8}(?:#{2,}\s{0,4})?(system|assistant|user|human|tool|developer|instructions?|response)[ \t*_]{0,4}:/gim
const headings = /(^|\n)[ \t]{0,3}(?:#{1,6}|={3,}|-{3,}|`{3,}|~{3,})[ \t]{0,4}/g

/** Text as one line of plain data: no control signs, nothing unseen, no mark that a model could take for the end of the data. */
export function neutral(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\p{Cf}\p{Co}\p{Cn}]/gu, '')
    .replace(/\r\n?/g, '\n')
    .replace(specials, '·')
    .replace(roleLine, '$1 -')
    .replace(headings, '$1')
    .replace(/`{3,}|"{3,}/g, '"')
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[|]/g, '/')
    .replace(/ {2,}/g, ' ')
    .trim()
}
