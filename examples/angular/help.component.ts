import { type AfterViewInit, Component, CUSTOM_ELEMENTS_SCHEMA, type ElementRef, viewChild } from '@angular/core';
import type { AssistersChatElement } from '@assisters/chat/angular';
import '@assisters/chat/angular';

@Component({
  selector: 'app-help',
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `<assisters-chat #chat publishable-key="pk_live_…" api-url="https://chat.example.com/v1" theme="dark" />`,
})
export class HelpComponent implements AfterViewInit {
  readonly chat = viewChild.required<ElementRef<AssistersChatElement>>('chat');

  ngAfterViewInit() {
    // Angular reads a colon in a template's event as a target, so listen here.
    const { nativeElement } = this.chat();
    nativeElement.addEventListener('assisters:message', ({ detail }) => console.log(detail.message.content));
  }
}
