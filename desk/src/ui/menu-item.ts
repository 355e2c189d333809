/** What stands in a menu: a command, or a heading over those that follow. */
import type { Component } from 'vue';

export interface MenuItem {
  label: string;
  icon?: Component;
  keys?: string;
  danger?: boolean;
  disabled?: boolean;
  checked?: boolean;
  separated?: boolean;
  /** A heading over what follows, not a command. */
  heading?: boolean;
  run?(): unknown;
}
