/**
 * SQLite's functions that the repositories call, under their names. Each stands on PostgreSQL's own alone: a generated column calls them
 * where no search path is set, as when a dump is read back. Escapes that PostgreSQL's text cannot hold (NUL, half of a surrogate pair)
 * are read as U+FFFD.
 */
export const functions: readonly string[] = [
  `create or replace function instr(whole text, part text) returns integer language sql immutable parallel safe as
   'select pg_catalog.strpos(whole, part)'`,
  `create or replace function json_valid(document text) returns boolean language plpgsql immutable parallel safe as $body$
   begin
     return document::json is not null;
   exception when others then
     return false;
   end $body$`,
  `create or replace function json_extract(document text, path text) returns text language plpgsql immutable parallel safe as $body$
   declare
     clean text := document;
     keys text[];
     found json;
   begin
     if strpos(document, '\\u') > 0 then
       clean := regexp_replace(document, '(?<!\\\\)((?:\\\\\\\\)*)\\\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\1\\\\ufffd', 'g');
     end if;
     if strpos(path, '"') = 0 then
       keys := string_to_array(substr(path, 3), '.');
     else
       select coalesce(array_agg(coalesce(('"' || part[1] || '"')::json #>> '{}', part[2])), '{}') into keys
       from regexp_matches(path, '[.](?:"((?:[^"\\\\]|\\\\.)*)"|([^."]+))', 'g') as part;
     end if;
     found := clean::json #> keys;
     return case json_typeof(found)
       when 'string' then found #>> '{}'
       when 'null' then null
       when 'boolean' then case when found::text = 'true' then '1' else '0' end
       else found::text end;
   end $body$`,
  `create or replace function json_extract(document text, variadic paths text[]) returns text language plpgsql immutable parallel safe as $body$
   declare
     clean text := document;
     whole json;
     found text[] := '{}';
     path text;
   begin
     if strpos(document, '\\u') > 0 then
       clean := regexp_replace(document, '(?<!\\\\)((?:\\\\\\\\)*)\\\\u(?:0000|[dD][89a-fA-F][0-9a-fA-F]{2})', '\\1\\\\ufffd', 'g');
     end if;
     whole := clean;
     foreach path in array paths loop
       found := found || coalesce((whole #> string_to_array(substr(path, 3), '.'))::text, 'null');
     end loop;
     return '[' || array_to_string(found, ',') || ']';
   end $body$`,
]
