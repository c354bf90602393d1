import { describe, expect, test } from 'vitest';
import { minifyCss } from './minify-css.ts';

describe('minifyCss', () => {
  test.each([
    ['comments and indentation', 'a {\n  /* why */ color: red;\n  top: 0;\n}\n', 'a{color:red;top:0}'],
    ['a descendant keeps its space', '.a .b , .c  .d { top: 0 }', '.a .b,.c .d{top:0}'],
    ['a pseudo class of a descendant keeps its space', '.a :hover { top: 0 }', '.a :hover{top:0}'],
    ['calc keeps its operators', 'a { width: calc(1px + 2px - var(--x)) }', 'a{width:calc(1px + 2px - var(--x))}'],
    ['media conditions keep their spaces', '@media (a: b) and (c: d) { a { b: c } }', '@media (a:b) and (c:d){a{b:c}}'],
    ['strings stay', `a::before { content: "a  /* b */ ; }" }`, `a::before{content:"a  /* b */ ; }"}`],
    ['an escaped quote does not end a string', `a { content: 'it\\'s  x' }`, `a{content:'it\\'s  x'}`],
    ['a comment between words is a space', 'a/**/b { c: d }', 'a b{c:d}'],
    ['holes of a template stay where they are', '\u0001 a { b: \u0001 ; }', '\u0001 a{b:\u0001}'],
  ])('%s', (_, source, expected) => {
    expect(minifyCss(source)).toBe(expected);
    expect(minifyCss(expected)).toBe(expected);
  });
});
