package service

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"

	"github.com/hwtasks/terraform-provider-hwtasks/internal/cloud"
)

// Pages describes how a list is read page by page.
type Pages[Answer, Item any] struct {
	Call  Call[Answer]
	Limit int                    // items of a page: the maximum of the service
	Items func(*Answer) *[]Item  // the place of the items in a page
	ID    func(Item) string      // of an item
	Next  func(url.Values, Page) // sets the query of the next page
	Hint  string                 // how to select a part of the list, such as "select some with begin_time and end_time"
}

// A Page is what the query of the next page may depend on.
type Page struct {
	Number   int    // of the page that was read, from 1
	Received int    // items so far, without those that were sent again
	LastID   string // of the last item
}

// NextItem makes an offset count items. Tasks that began in the meantime push others to the next page, which are sent again.
func NextItem(query url.Values, p Page) { query.Set("offset", strconv.Itoa(p.Received)) }

// NextPage makes an offset count pages from 1. If the service counts items, each page repeats those of the last one but the first: that
// is slow, and leaves out nothing.
func NextPage(query url.Values, p Page) { query.Set("offset", strconv.Itoa(p.Number+1)) }

const (
	maxItems = 100_000
	maxSize  = 64 << 20 // bytes of all pages
)

// Read reads all pages, until one is short or has no new item, whatever the number of items that the service counts: documented
// responses count more than they list. What is not a list is that of the first page, and so is the date of the response, which else is
// that of the last one. A wait, which must not take a list for complete that is not, refuses a page without a list.
func (p Pages[Answer, Item]) Read(
	ctx context.Context, c *cloud.Client, t cloud.Target, query url.Values, forWait bool, ids ...string,
) (Answer, cloud.Response, error) {
	var none, all Answer
	query = maps.Clone(query)
	if query == nil {
		query = make(url.Values)
	}
	query.Set("limit", strconv.Itoa(p.Limit))
	hint := ""
	if p.Hint != "" && !forWait {
		hint = "; " + p.Hint
	}
	items := p.Items(&all)
	seen := make(map[string]bool) // IDs of the items
	size := 0                     // of the pages in bytes, without the current one
	mismatches := make(cloud.Mismatches)
	var first cloud.Response
	for number := 1; ; number++ {
		answer, response, err := p.Call.Query(ctx, c, t, query, ids...)
		if err != nil {
			return none, response, err
		}
		page := *p.Items(&answer)
		if page == nil && forWait {
			return none, response, response.Reject(ErrNoTasks)
		}
		// An item that is twice on the same page is kept.
		unseen := slices.DeleteFunc(slices.Clone(page), func(item Item) bool { return seen[p.ID(item)] })
		done := len(page) < p.Limit || len(unseen) == 0
		if !done && len(*items)+len(unseen) >= maxItems {
			return none, response, response.Reject(fmt.Errorf("the list has more than %d tasks%s", maxItems, hint))
		}
		if size >= maxSize {
			return none, response, response.Reject(fmt.Errorf("the list has more than %d MiB%s", maxSize>>20, hint))
		}
		maps.Copy(mismatches, response.Mismatches)
		response.Mismatches = mismatches
		if number == 1 {
			all, first = answer, response
			*items = slices.Clone(page) // waits share the page
		} else {
			*items = append(*items, unseen...)
		}
		if done {
			response.Date = first.Date
			return all, response, nil
		}
		for _, item := range unseen {
			seen[p.ID(item)] = true
		}
		size += response.Size
		query = maps.Clone(query)
		p.Next(query, Page{Number: number, Received: len(*items), LastID: p.ID(page[len(page)-1])})
	}
}
