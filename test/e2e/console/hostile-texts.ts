/** Texts that break programs which do not treat text as text: the public list of naughty strings, and what it lacks. */
import LISTED from 'big-list-of-naughty-strings' with { type: 'json' };

/** Set in `window` by any of the texts that runs as a script. */
export const MARK = 'wasRun';

const RUN = `window.${MARK}=1`;

/** Markup that runs a script, loads something of another origin, or changes the page, in the places where browsers have accepted it. */
const MARKUP = [
  `<script>${RUN}</script>`,
  `<script src="https://elsewhere.example/x.js"></script>`,
  `<img src=x onerror="${RUN}">`,
  `<img src="https://elsewhere.example/pixel.png">`,
  `<svg onload="${RUN}">`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`,
  `<math><mtext><style><img src=x onerror=${RUN}></style></mtext></math>`,
  `<iframe src="javascript:parent.${MARK}=1"></iframe>`,
  `<iframe srcdoc="<script>parent.${MARK}=1</script>"></iframe>`,
  `<object data="https://elsewhere.example/o"></object>`,
  `<embed src="https://elsewhere.example/e">`,
  `<link rel=stylesheet href="https://elsewhere.example/s.css">`,
  `<style>@import 'https://elsewhere.example/i.css'; * { display: none !important }</style>`,
  `<base href="https://elsewhere.example/">`,
  `<meta http-equiv=refresh content="0;url=https://elsewhere.example/">`,
  `<form action="https://elsewhere.example/"><input name=key autofocus onfocus="${RUN}"></form>`,
  `<a href="javascript:${RUN}">link</a>`,
  `[link](javascript:${RUN})`,
  `![image](https://elsewhere.example/m.png)`,
  `<details open ontoggle="${RUN}"></details>`,
  `<video><source onerror="${RUN}"></video>`,
  `<body onload="${RUN}">`,
  `<dialog open>closed by nothing</dialog>`,
  `<template><script>${RUN}</script></template>`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `</pre></main></body></html><h1>another page</h1>`,
  `</textarea><script>${RUN}</script>`,
  `</script><script>${RUN}</script>`,
  `<!--><script>${RUN}</script>-->`,
  `<![CDATA[<script>${RUN}</script>]]>`,
  `&lt;script&gt;${RUN}&lt;/script&gt;`,
  `&#60;script&#62;${RUN}&#60;/script&#62;`,
  `{{constructor.constructor('${RUN}')()}}`,
  '${' + RUN + '}',
  `<x-element></x-element>`,
  `<div dangerouslySetInnerHTML={{__html:'<img src=x onerror=${RUN}>'}} />`,
  `data:text/html,<script>${RUN}</script>`,
];

/** Control characters, directions, and characters that join others. */
const CHARACTERS = [
  '\u001b[31mred\u001b[0m \u001b[2J\u001b]0;title\u0007 \u001b]8;;https://elsewhere.example\u001b\\link\u001b]8;;\u001b\\',
  '\u009b31m one byte of CSI',
  '\u0007\u0008\u000b\u000c\u000e\u007f',
  'user\u202etxt.exe and back\u202c',
  '\u2066isolated\u2069 \u2067right\u2069 \u2068first\u2069 \u061c',
  '\u200b\u200c\u200d\u2060\ufeff',
  'e' + '\u0301'.repeat(200),
  '👩‍👩‍👧‍👦🏳️‍🌈👍🏿',
  '\u{e0041}\u{e0042} tags',
  '\ufffe\uffff\u{1fffe}',
  'line\u2028separator\u2029paragraph\u0085next',
  'tab\tcr\rlf\ncrlf\r\nend',
  '\u00ad\u034f\u115f\u3164\uffa0',
  'عربى \u202b mixed \u202a with English',
];

/** Long texts, and lines without a place to break. */
const LONG = [
  'x'.repeat(20_000),
  `https://elsewhere.example/${'a'.repeat(5000)}`,
  'word '.repeat(4000),
  '\n'.repeat(500),
  '('.repeat(3000),
  '​'.repeat(2000),
];

/** All texts, each once. NUL is left out: no request may have it. */
export const HOSTILE_TEXTS: readonly string[] = [...new Set([...LISTED, ...MARKUP, ...CHARACTERS, ...LONG])].filter(
  (text) => text !== '' && !text.includes('\0') && text.isWellFormed(),
);
